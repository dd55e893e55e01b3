import type { Device } from '../protocol/compute.js';
import { type PlannedWork, planRun } from '../runner/plan.js';
import { homeOf } from '../store/home.js';
import { type CheckArguments, checkedForWork } from './check.js';
import { EXIT } from './exit.js';
import { printProblem } from './print.js';
import { textTable } from './table.js';

export interface PlanArguments extends CheckArguments {
  readonly device: Device;
}

/** `lookalike plan FILE`: the stages, what is cached, and estimates of time, disk and memory. */
export async function plan(path: string, options: PlanArguments): Promise<number> {
  const checked = await checkedForWork(path, options);
  if (!checked) return EXIT.usage;
  const { spec, plugins, file } = checked;
  const planned = await planRun(spec, plugins, homeOf(file), options.device);
  if (!planned.ok) return printProblem(planned.problem, EXIT.usage);
  process.stdout.write(`${planTable(planned.value)}\n`);
  process.stderr.write('A dash stands for what no run on this machine has measured yet.\n');
  return EXIT.done;
}

function planTable(planned: readonly PlannedWork[]): string {
  const head = ['stage', 'of', 'images', 'cached', 'time', 'disk', 'memory'];
  return textTable(head, planned.map(planRow));
}

function planRow({ stage, label, total, cached, seconds, diskMb, memoryMb }: PlannedWork): string[] {
  const costs = [known(seconds, ' s'), known(diskMb, ' MB'), known(memoryMb, ' MB')];
  return [stage, label, known(total), known(cached), ...costs];
}

function known(value: number | null, unit = ''): string {
  if (value === null) return '–';
  if (value > 0 && value < 0.1) return `< 0.1${unit}`;
  return `${Number.isInteger(value) || value >= 10 ? Math.round(value) : value.toPrecision(2)}${unit}`;
}
