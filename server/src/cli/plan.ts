import type { Device } from '../protocol/choices.js';
import { count, counted, megabytes, roughly } from '../protocol/figure-text.js';
import type { PlanDocument } from '../protocol/runs/documents/plan-document.js';
import type { PlannedWork } from '../protocol/runs/planned-work.js';
import { variantText } from '../protocol/runs/variant.js';
import { planRuns, together } from '../runner/planning/plan.js';
import { homeOf } from '../store/home.js';
import { type CheckArguments, checkedForWork } from './check.js';
import { EXIT } from './exit.js';
import { printProblem, remark, say } from './print.js';
import { textTable } from './table.js';

export interface PlanArguments extends CheckArguments {
  readonly device: Device;
  readonly json?: boolean;
}

/** `lookalike plan FILE`: the stages, what is cached, and estimates of time, disk and memory. */
export async function plan(path: string, options: PlanArguments): Promise<number> {
  const checked = await checkedForWork(path, options);
  if (!checked) return EXIT.usage;
  const { spec, plugins, file, sweep } = checked;
  const specs = sweep ? sweep.variants.map((variant) => variant.spec) : [spec];
  const planned = await planRuns(specs, plugins, homeOf(file), options.device);
  if (!planned.ok) return printProblem(planned.problem, EXIT.usage);
  if (options.json) {
    const document: PlanDocument = {
      file,
      name: spec.name,
      device: options.device,
      variants: planned.value.map((work, n) => ({ variant: { ...sweep?.variants[n]?.values }, work })),
      work: sweep ? together(planned.value) : (planned.value[0] ?? []),
    };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return EXIT.done;
  }
  if (sweep) {
    const names = sweep.variants.map(({ values }) => variantText(values));
    say(
      process.stdout,
      `images that each variant adds to what those before it compute\n${variantsTable(names, planned.value)}`,
    );
    say(process.stdout, 'together, where what variants share is computed once');
  }
  say(process.stdout, planTable(together(planned.value)));
  remark('A dash stands for what no run on this machine has measured yet.');
  return EXIT.done;
}

/** A row a variant: what every stage has of its own in each is with `--json`. */
function variantsTable(names: readonly string[], plans: readonly (readonly PlannedWork[])[]): string {
  const titleOf = ({ stage, label }: PlannedWork) => `${stage} ${label}`;
  const counting = plans.flat().filter(({ stage, total }) => stage !== 'dataset' && total !== null);
  const titles = [...new Set(counting.map(titleOf))];
  const rows = plans.map((works, n) => {
    const cells = titles.map((title) => {
      const work = works.find((work) => titleOf(work) === title);
      if (!work) return '';
      const { total, cached } = work;
      return `${count(total === null || cached === null ? null : total - cached)} of ${count(total)}`;
    });
    return [names[n] ?? '', ...cells];
  });
  return textTable(['variant', ...titles], rows);
}

function planTable(planned: readonly PlannedWork[]): string {
  const head = ['stage', 'of', 'images', 'cached', 'time', 'disk', 'memory'];
  return textTable(head, planned.map(planRow));
}

function planRow({ stage, label, unit, total, cached, seconds, diskMb, memoryMb }: PlannedWork): string[] {
  const time = seconds === 0 ? '0 s' : roughly(seconds);
  const whole = unit && total !== null ? counted(total, unit) : count(total);
  return [stage, label, whole, count(cached), time, megabytes(diskMb), megabytes(memoryMb)];
}
