import { join } from 'node:path';
import { executorSettings, readExecutor } from '../experiment/executor.js';
import { endRun } from '../processes/end-run.js';
import { runSweep, type VariantEnd } from '../processes/run-sweep.js';
import { startRun } from '../processes/start-run.js';
import type { RunEnded, RunHandle } from '../processes/watch-run.js';
import type { Device } from '../protocol/choices.js';
import type { Problem, Result } from '../protocol/errors.js';
import { counted } from '../protocol/figure-text.js';
import type { Permission } from '../protocol/problem.js';
import type { Results } from '../protocol/results.js';
import type { ExecutorUse } from '../protocol/runner.js';
import { writeReport } from '../report/write-report.js';
import { readResults } from '../store/run-folder/read-results.js';
import { type ChosenVariants, checkedForWork, type FileForWork } from './check.js';
import { EXIT, EXIT_OF_STATUS } from './exit.js';
import { onInterrupt } from './interrupt.js';
import { printProblem, remark, say } from './print.js';
import { type ProgressStyle, progressDisplay } from './progress.js';
import { resultText } from './result-table.js';
import { detailStages, detailStart } from './runs/details.js';
import { sweepDisplay } from './sweep/display.js';
import { sweepDocument, sweepText } from './sweep/results.js';

export interface RunArguments {
  readonly set: string[];
  readonly variant: string[];
  /** How many variants run at once. */
  readonly jobs: number;
  readonly plugin: string[];
  readonly out?: string;
  readonly json?: boolean;
  readonly cache: boolean;
  readonly stage?: string;
  readonly progress: ProgressStyle;
  readonly threads?: number;
  readonly device: Device;
  readonly html?: boolean;
  readonly allow: readonly Permission[];
  readonly executor: string;
  readonly executorSet: readonly string[];
}

/** `lookalike run FILE`: checks the file, runs it, shows its progress and prints its results. */
export async function run(path: string, options: RunArguments): Promise<number> {
  const checked = await checkedForWork(path, options, { stage: options.stage });
  if (!checked) return EXIT.usage;
  const executor = executorOf(checked, options);
  if (!executor.ok) return printProblem(executor.problem, EXIT.usage);
  if (checked.sweep) return sweep(checked, checked.sweep, executor.value, options);
  const display = progressDisplay(options.progress);
  const { out, stage, threads, device, allow } = options;
  const { file, text, set, workspaceFolder } = checked;
  const started = await startRun({
    ...{ out, stage, threads, device, allow, executor: executor.value },
    ...{ file, text, set, workspaceFolder, name: checked.spec.name },
    useCache: options.cache,
    plugins: options.plugin,
    startedBy: 'terminal',
    onEvent: (event) => display.show(event),
  });
  if (!started.ok) return printProblem(started.problem, EXIT.usage);
  const run = started.value;
  detailStart(checked, run, options);
  const stopListening = onInterrupt({
    first: () => void run.cancel(),
    second: () => endRun(run.folder, { atOnce: true }),
  });
  const ended = await run.ended;
  stopListening();
  display.close();
  return conclude(run, ended, options);
}

function executorOf(
  { plugins }: FileForWork,
  { executor, executorSet }: RunArguments,
): Result<ExecutorUse | undefined> {
  const settings = executorSettings(executorSet);
  return settings.ok ? readExecutor(executor, settings.value, plugins) : settings;
}

async function conclude(run: RunHandle, ended: RunEnded, options: RunArguments): Promise<number> {
  const results = await resultsOf(run.folder);
  if (options.json && results) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  if (!options.json && results && results.stages.length > 0) say(process.stdout, resultText(results));
  if (ended.problem)
    printProblem(options.json || !results ? ended.problem : inShort(ended.problem, results), EXIT.failed);
  if (ended.status === 'cancelled') remark('cancelled: what was finished is kept for the next run');
  if (options.html && results) await printReport(run.folder, options.json ? process.stderr : process.stdout);
  if (results) detailStages(results);
  remark(`run ${run.id} in ${run.folder}`);
  return EXIT_OF_STATUS[ended.status];
}

/** Each expectation stands below the table already, with what was measured. */
function inShort(problem: Problem, { expect }: Results): Problem {
  if (problem.code !== 'expectation-failed') return problem;
  const missed = expect.filter(({ ok }) => !ok).length;
  return { ...problem, message: `${missed} of ${counted(expect.length, 'expectation')} not met` };
}

async function printReport(folder: string, stream: NodeJS.WriteStream): Promise<void> {
  const html = join(folder, 'report.html');
  const written = await writeReport(folder, html);
  if (written.ok) say(stream, `Report: ${html}`);
  else printProblem(written.problem, EXIT.failed);
}

/** Runs the variants of a file, and prints what each of them measured beside what it is. */
async function sweep(
  file: FileForWork,
  chosen: ChosenVariants,
  executor: ExecutorUse | undefined,
  options: RunArguments,
): Promise<number> {
  const { out, stage, threads, device, allow, jobs } = options;
  const display = sweepDisplay(options.progress, chosen.variants, jobs);
  const started = await runSweep({
    ...{ out, stage, threads, device, allow, jobs, executor },
    ...{ file: file.file, text: file.text, set: file.set, workspaceFolder: file.workspaceFolder },
    ...{ name: file.spec.name, axes: chosen.axes, variants: chosen.variants },
    useCache: options.cache,
    plugins: options.plugin,
    startedBy: 'terminal',
    listener: display,
  });
  if (!started.ok) return printProblem(started.problem, EXIT.usage);
  const { id, goesOn, ended, cancel, file: written } = started.value;
  if (goesOn) remark(`sweep ${id} goes on; --no-cache begins anew`);
  const stopListening = onInterrupt({ first: () => void cancel(), second: () => cancel({ atOnce: true }) });
  const ends = await ended;
  stopListening();
  display.close();
  if (options.html) await reportVariants(ends, options);
  if (options.json) process.stdout.write(`${JSON.stringify(await sweepDocument(id, chosen.axes, ends), null, 2)}\n`);
  else say(process.stdout, await sweepText(file.spec.name, ends, file.plugins));
  remark(`sweep ${id} in ${written}`);
  return Math.max(...ends.map(({ status }) => EXIT_OF_STATUS[status]));
}

async function reportVariants(ends: readonly VariantEnd[], { json }: RunArguments): Promise<void> {
  for (const { folder } of ends) {
    if (folder !== undefined && (await readResults(folder)).ok)
      await printReport(folder, json ? process.stderr : process.stdout);
  }
}

/** A run that could not even begin has none, which is no second problem. */
async function resultsOf(folder: string): Promise<Results | undefined> {
  const results = await readResults(folder);
  if (results.ok) return results.value;
  if (results.problem.code !== 'results-missing') printProblem(results.problem, EXIT.failed);
  return undefined;
}
