import { basename, join } from 'node:path';
import { evaluateExpectation } from '../experiment/expectations/expectation.js';
import { missingPermission } from '../experiment/plugin-uses.js';
import { indexRun } from '../history/list-runs.js';
import { figureWords, listedFigures } from '../history/listed-figures.js';
import type { Plugin } from '../plugins/declare.js';
import type { Problem } from '../protocol/errors.js';
import { treatedName } from '../protocol/names.js';
import type { Results, RunStatus, SkippedImage } from '../protocol/results.js';
import type { RunEvent, StartRequest } from '../protocol/runner.js';
import type { ExperimentSpec } from '../stages/spec.js';
import { SPEC } from '../store/run-folder/run-again.js';
import { writeRunFile } from '../store/run-folder/sound-files.js';
import { leaveLine, waitInLine } from '../store/run-queue.js';
import { loadPlugin, type RunContext } from './context.js';
import { Halt, problemOf } from './halt.js';
import { openContext, warnOfDamage } from './open-context.js';
import { type MeasuredRates, stageRate } from './planning/measured-rates.js';
import { planRun } from './planning/plan.js';
import type { RunJournal } from './progress/run-journal.js';
import { StageClock } from './progress/stage-clock.js';
import { reasonOf } from './progress/word-of-end.js';
import { readRequested } from './read-requested.js';
import { QueryRecords } from './records/query-records.js';
import { writeThumbnails } from './records/thumbnails.js';
import type { Findings } from './results/findings.js';
import { hashLists } from './results/provenance.js';
import { type RunEnd, resultsDocument } from './results/results-document.js';
import { ORIGINAL } from './stages/query-version.js';
import { runStages, stagesOf } from './stages/run-stages.js';

/** How many skipped images a run names; all are counted. */
const NAMED_SKIPS = 1000;

/** What a run is given. */
interface Given {
  readonly request: StartRequest;
  /** The run's folder, which exists and holds its request. */
  readonly folder: string;
  readonly plugins: readonly Plugin[];
  readonly journal: RunJournal;
  /** Its reason is the problem that stops the run, if there is one. */
  readonly signal: AbortSignal;
}

/** What a run is made of, from its start to its end. */
interface Run extends Given {
  readonly emit: (event: RunEvent) => void;
  /** The experiment's, or its file's until that is read. */
  name: string;
  readonly clock: StageClock;
  readonly findings: Findings;
  readonly skipped: SkippedImage[];
  readonly warnings: Problem[];
  readonly records: QueryRecords;
  /** What the experiment expects, as it is written. */
  expected: readonly string[];
  /** Until what is known so far is on the disk. */
  keeping: Promise<void>;
  /** Paths of the figures that `results-written` has told of. */
  readonly told: Set<string>;
}

/**
 * Runs one experiment into its folder and says how it went. Expected failures and cancelling are
 * statuses; only a bug throws. Whatever was finished stays in the cache, and `results.json` holds the figures
 * of the stages that were done.
 */
export async function runExperiment(given: Given): Promise<RunStatus> {
  const { request, journal, signal } = given;
  const warnings: Problem[] = [];
  const emit = (event: RunEvent) => {
    if (event.type === 'warning') warnings.push(event.problem);
    journal.note(event);
    if (event.type === 'run-started' || event.type === 'stage-finished') run.keeping = keep(run, { records: true });
  };
  const run: Run = {
    ...given,
    emit,
    name: basename(request.file),
    clock: new StageClock(emit),
    findings: { blocks: {} },
    skipped: [],
    warnings,
    records: new QueryRecords(given.folder),
    expected: [],
    keeping: Promise.resolve(),
    told: new Set(),
  };
  const stopWarning = warnOfDamage((problem) => emit({ type: 'warning', problem }));
  const end = await attempt(run).catch((error) => endOf(error, signal));
  stopWarning();
  const { status, problem, results } = await settle(run, end);
  await leaveLine(request.home, request.runId).catch(() => undefined);
  emit({ type: 'run-finished', status, problem, results });
  return status;
}

/** Ends a run whose experiment could not be read, since a plugin could not. */
export async function endedUnread(journal: RunJournal, problem: Problem): Promise<void> {
  await journal.end('failed', problem).catch(() => undefined);
  journal.note({ type: 'run-finished', status: 'failed', problem });
}

async function attempt(run: Run): Promise<RunEnd> {
  const { request, folder, plugins, signal, findings, clock } = run;
  const spec = readRequested(request, plugins);
  run.name = spec.name;
  run.expected = spec.expect.map(({ text }) => text);
  await run.journal.describe({ name: spec.name, perturbed: versionsMade(spec) });
  await writeRunFile(folder, SPEC, request.text);
  run.emit({ type: 'run-started', runId: request.runId, folder, stages: stagesOf(spec) });
  requirePermissions(run, spec);
  const context = await contextOf(run);
  await waitForTurn(run);
  void expectParts(run, spec, context.rates);
  findings.lists = await hashLists(context, spec);
  await runStages(context, spec, clock, findings, { last: request.stage, kept: () => run.keeping });
  await keepTimes(run, context.rates);
  await run.records.write(findings, signal);
  await writeThumbnails(context, spec, findings);
  return judge(run, spec);
}

/** Stages that work on several of their plan's parts at a time: how far they are is told of the whole. */
const AS_ONE: ReadonlySet<string> = new Set(['countermeasures', 'transfer']);

async function waitForTurn({ request, signal, emit }: Run): Promise<void> {
  let isWaiting = false;
  const onWait = (runs: number) => {
    isWaiting = true;
    emit({ type: 'waiting', runs });
  };
  await waitInLine(request.home, request.runId, { signal, onWait });
  if (isWaiting) emit({ type: 'waiting', runs: 0 });
}

/** Versions that have a folder of images in the run's. */
function versionsMade({ poison = [], countermeasures = [] }: ExperimentSpec): string[] {
  const names = poison.map(({ name }) => name);
  return [...names, ...countermeasures.flatMap((use) => [ORIGINAL, ...names].map((of) => treatedName(of, use.name)))];
}

/** What is to be done is worked out beside the work: nobody waits for it, and where it fails, the work says why. */
async function expectParts(
  { request, plugins, journal }: Run,
  spec: ExperimentSpec,
  rates: MeasuredRates,
): Promise<void> {
  const planned = request.useCache
    ? await planRun(spec, plugins, request.home, request.device).catch(() => undefined)
    : undefined;
  if (!planned?.ok) return;
  const parts = planned.value.filter(({ stage }) => stage !== 'dataset' && !AS_ONE.has(stage));
  const wholes = stagesOf(spec).flatMap((stage) => (AS_ONE.has(stage) ? { stage, label: '', seconds: null } : []));
  journal.expect(
    [...parts, ...wholes].map(({ stage, label, seconds }) => {
      const took = rates.get(stageRate(request.file, stage));
      return { stage, label, seconds: seconds ?? (label === '' && took ? 1 / took.perSecond : null) };
    }),
  );
}

/** What a stage took the last time is what it will take, as far as anybody can say: the next run tells of it. */
async function keepTimes({ request, clock }: Run, rates: MeasuredRates): Promise<void> {
  const computed = clock.results.filter(({ cached }) => !cached);
  const took = computed.map(({ name, seconds }) => [stageRate(request.file, name), seconds] as const);
  await rates.recordTimes(Object.fromEntries(took)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
  });
}

function requirePermissions({ request, plugins }: Run, spec: ExperimentSpec): void {
  const problem = missingPermission(spec, plugins, request.allow);
  if (problem) throw new Halt(problem);
}

async function contextOf(run: Run): Promise<RunContext> {
  const { request, folder, plugins, emit, signal, skipped } = run;
  const { home, useCache, threads, device } = request;
  const skip = (image: SkippedImage) => {
    if (skipped.length < NAMED_SKIPS) skipped.push(image);
  };
  const partDone = () => {
    run.keeping = keep(run, { records: false });
  };
  const given = { plugins, pluginPaths: request.plugins, home, folder, useCache, threads, device, signal };
  const context = await openContext({ ...given, emit, skip, partDone });
  const executor = request.executor && (await loadPlugin(context, 'executor', request.executor));
  return executor?.kind === 'elsewhere' ? { ...context, executor } : context;
}

/**
 * A run that was stopped after a stage is not asked what it expects: that may not be known yet. A perturbation or
 * countermeasure of which there is no image is a failure, whatever the others gave.
 */
function judge(run: Run, spec: ExperimentSpec): RunEnd {
  const results = documentOf(run, { status: 'done', expect: [] });
  const expectations = run.request.stage ? [] : spec.expect;
  const expect = expectations.map((expectation) => evaluateExpectation(expectation, results));
  const failed = expect.filter(({ ok }) => !ok);
  const list = failed.map(({ text, actual }) => `${text} (it is ${actual ?? 'not measured'})`).join('; ');
  const { perturbed = [], countered = [] } = run.findings;
  const [empty] = [...perturbed, ...countered].flatMap(({ problem }) => problem ?? []);
  if (empty) return { status: 'failed', expect, problem: empty };
  if (failed.length === 0) return { status: 'done', expect };
  return { status: 'failed', expect, problem: { code: 'expectation-failed', message: `Not as expected: ${list}` } };
}

function endOf(error: unknown, signal: AbortSignal): RunEnd {
  if (signal.aborted) return { status: 'cancelled', problem: reasonOf(signal), expect: [] };
  const problem = problemOf(error);
  if (problem) return { status: 'failed', problem, expect: [] };
  throw error;
}

/**
 * What is known so far: whoever opens the folder, or finds it after a kill, sees it. The records of the queries are of
 * whole stages.
 */
async function keep(run: Run, { records }: { readonly records: boolean }): Promise<void> {
  const known = { ...run.findings };
  const document = documentOf(run, { status: 'running', expect: [] });
  await run.keeping;
  const isWritten = await writeResults(run, document).catch(() => undefined);
  if (records) await run.records.write(known, run.signal).catch(() => undefined);
  if (isWritten) run.emit({ type: 'results-written', figures: untold(run, document) });
}

function untold({ told }: Run, document: Results) {
  const figures = listedFigures(document).filter(({ figure }) => !told.has(figure.path));
  for (const { figure } of figures) told.add(figure.path);
  return figures.map(figureWords);
}

async function writeResults({ folder }: Run, document: Results): Promise<string> {
  await writeRunFile(folder, 'results.json', `${JSON.stringify(document, null, 2)}\n`);
  return join(folder, 'results.json');
}

/** Writes the end down. A disk that is full by now turns it into a failure, which is reported all the same. */
async function settle(run: Run, end: RunEnd): Promise<RunEnd & { results?: string }> {
  try {
    await run.keeping;
    const results = await writeResults(run, documentOf(run, end));
    await run.journal.end(end.status, end.problem);
    await listed(run);
    return { ...end, results };
  } catch (error) {
    return endOf(error, run.signal);
  }
}

/** A list of runs that lacks it reads its folder. */
async function listed({ folder, request, plugins }: Run): Promise<void> {
  await indexRun(folder, request.home, { plugins, env: process.env }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
  });
}

function documentOf(run: Run, end: RunEnd): Results {
  const { request, name, journal, clock, findings, skipped, warnings, expected } = run;
  const { startedAt } = journal;
  return resultsDocument(
    { request, name, startedAt, stages: clock.results, skipped, warnings, expected },
    findings,
    end,
  );
}
