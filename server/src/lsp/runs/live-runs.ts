import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { URI } from 'vscode-uri';
import { textOfVariant } from '../../experiment/matrix/variant-text.js';
import type { ReadMatrix, ReadVariant } from '../../experiment/matrix/variants.js';
import type { ExperimentDocument } from '../../language/document.js';
import { startRun } from '../../processes/start-run.js';
import { startSweep } from '../../processes/start-sweep.js';
import { type RunEnded, type RunHandle, watchRun } from '../../processes/watch-run.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import type { ParsedParams } from '../../protocol/lsp.js';
import type { RunEvent } from '../../protocol/runner.js';
import type { RunSummary } from '../../protocol/runs/run-state.js';
import type { SweepRequest } from '../../protocol/runs/sweep-process.js';
import type { ExperimentSpec } from '../../stages/spec.js';
import { homeOf } from '../../store/home.js';
import type { RunFolder } from '../../store/run-folder/run-folder.js';
import { askSweepToCancel, sweepGoingOn } from '../../store/sweep-file.js';
import { LiveRun } from './live-run.js';
import { readTrusted } from './read-trusted.js';
import type { RunsHost } from './runs-host.js';

export type RunSettings = Omit<ParsedParams<'startRun'>, 'uri'>;

/** A sweep has written down within this time after its last run how that ended. */
const LONGEST_END_MS = 5000;
const LOOK_EVERY_MS = 50;

interface Going {
  readonly run: LiveRun;
  readonly handle: RunHandle;
}

/** The runs that are going on: those that this server started, one a file, and those that it found. */
export class LiveRuns {
  /** By the run's folder. */
  private readonly going = new Map<string, Going>();
  /** Files whose run's folder is being made. */
  private readonly starting = new Set<string>();

  constructor(
    private readonly host: RunsHost,
    /** A run is told to have ended after this: what it left on disk is known by then. */
    private readonly learn: () => Promise<void>,
    /** A run that goes on has written more of its results. */
    private readonly look: () => void,
  ) {}

  all(): RunSummary[] {
    return [...this.going.values()].map(({ run }) => run.summary);
  }

  /**
   * Runs a document's text as it stands, saved or not: while no run of its file goes on, unless it `isQueued` behind those.
   * Problem: `run-going-on`, and those of what is run.
   */
  async start(document: ExperimentDocument, settings: RunSettings, isQueued = false): Promise<Result<RunFolder>> {
    const { file } = document;
    if (!isQueued && this.isOccupied(file)) return goingOn(file);
    const read = readTrusted(this.host, document, settings);
    if (!read.ok) return read;
    const { spec, matrix, chosen } = read.value;
    this.starting.add(file);
    try {
      if (!isQueued && (await this.isSwept(file))) return goingOn(file);
      if (!matrix) return await this.launch(document, spec.name, settings);
      return await this.sweep(document, { spec, matrix, chosen }, settings);
    } finally {
      this.starting.delete(file);
    }
  }

  /** The variants of a document, one after the other; resolves with the first one's run. */
  private async sweep(
    { file, text }: ExperimentDocument,
    { spec, matrix, chosen }: { spec: ExperimentSpec; matrix: ReadMatrix; chosen: readonly ReadVariant[] },
    { variant: _, ...settings }: RunSettings,
  ): Promise<Result<RunFolder>> {
    const environment = this.environment(file);
    if (!environment.ok) return environment;
    const variants = chosen.map(({ values, settings: combination }) => {
      return { values, text: textOfVariant(text, settings.set, combination) };
    });
    let tell: (first: Result<RunFolder>) => void = () => undefined;
    const first = new Promise<Result<RunFolder>>((resolve) => {
      tell = resolve;
    });
    let sweep = '';
    const { plugins, ...computing } = environment.value;
    const request: SweepRequest = {
      ...{ file, text, name: spec.name, jobs: 1, startedBy: 'editor', plugins: [...plugins] },
      variants: variants.map(({ values, text }) => ({ values: { ...values }, text })),
      axes: Object.fromEntries(matrix.axes.map(({ path, values }) => [path, [...values]])),
      ...settings,
      ...computing,
    };
    const started = await startSweep(request, (event) => {
      if (event.type === 'opened') sweep = event.id;
      if (event.type === 'runs') {
        const run = { id: event.id, folder: event.folder };
        const about = { ...run, file, name: spec.name, set: settings.set, stage: settings.stage, sweep };
        const variant = { ...variants[event.variant]?.values };
        const summary = newSummary({ ...about, variant, variantCount: variants.length });
        if (!this.going.has(run.folder)) this.follow(summary, (onEvent) => watchRun(run, { onEvent }));
        tell(ok(run));
      }
      if (event.type === 'ended' && event.folder !== undefined)
        tell(ok({ id: basename(event.folder), folder: event.folder }));
      if (event.type === 'ended' && event.problem) tell({ ok: false, problem: event.problem });
    });
    if (!started.ok) return started;
    const { id, goesOn, ended } = started.value;
    this.host.log('info', `sweep ${id} of ${file} ${goesOn ? 'goes on' : 'began'}`);
    void ended.then((problem) => {
      tell(problem ? { ok: false, problem } : fail('run-unknown', 'The sweep ended before a run of it began'));
      if (problem) this.host.log('error', `sweep ${id} ended: ${problem.code} ${problem.message}`);
      this.host.refresh();
    });
    return first;
  }

  private isOccupied(file: string): boolean {
    return this.starting.has(file) || this.runningOf(file).some(({ own }) => own);
  }

  /** One that has ended, and whose end is still being learnt, keeps nobody from starting the next. */
  private runningOf(file: string): RunSummary[] {
    return this.all().filter((run) => run.file === file && run.status === 'running');
  }

  /** Whether a sweep of a file goes on, whoever began it: one whose last run has ended may take a moment to end, too. */
  private async isSwept(file: string): Promise<boolean> {
    const home = homeOf(file);
    for (const end = performance.now() + LONGEST_END_MS; await sweepGoingOn(home, file); await delay(LOOK_EVERY_MS)) {
      if (performance.now() > end || this.runningOf(file).length > 0) return true;
    }
    return false;
  }

  /** Follows a run that something else started, or that this window did before it was reloaded. */
  adopt(summary: RunSummary): void {
    const { id, folder, file } = summary;
    if (this.going.has(folder) || (summary.own && this.starting.has(file))) return;
    this.follow(summary, (onEvent) => watchRun({ id, folder }, { onEvent }));
    this.host.log('info', `run ${id} of ${file} is going on`);
  }

  /** A run that is followed has other results than before. */
  found(summary: RunSummary): void {
    this.going.get(summary.folder)?.run.learn(summary);
  }

  /** Ends within a second, and of a sweep's run all of the sweep. Problem: `run-unknown`. */
  async cancel(runId: string): Promise<Result<void>> {
    const going = [...this.going.values()].find(({ handle }) => handle.id === runId);
    if (!going) return fail('run-unknown', `No run ${runId} is going on here`);
    const { sweep, file } = going.run.summary;
    const around = sweep !== undefined && (await askSweepToCancel(homeOf(file), sweep).catch(() => false));
    await going.handle.cancel();
    const end = performance.now() + LONGEST_END_MS;
    while (around && performance.now() < end && (await sweepGoingOn(homeOf(file), file))) await delay(LOOK_EVERY_MS);
    return ok(undefined);
  }

  private async launch({ file, text }: ExperimentDocument, name: string, { variant: _, ...settings }: RunSettings) {
    const environment = this.environment(file);
    if (!environment.ok) return environment;
    const early: RunEvent[] = [];
    let hear: (event: RunEvent) => void = (event) => early.push(event);
    const onEvent = (event: RunEvent) => hear(event);
    const started = await startRun({
      file,
      text,
      name,
      ...settings,
      ...environment.value,
      startedBy: 'editor',
      onEvent,
    });
    if (!started.ok) return started;
    const { id, folder, pid } = started.value;
    const summary = newSummary({ id, folder, file, name, set: settings.set, stage: settings.stage });
    this.follow(summary, (receive) => {
      for (const event of early) receive(event);
      hear = receive;
      return started.value;
    });
    this.host.log('info', `run ${id} of ${file} began, process ${pid}`);
    return started;
  }

  private follow(summary: RunSummary, watch: (onEvent: (event: RunEvent) => void) => RunHandle): void {
    const run = new LiveRun(summary, (now) => this.host.runChanged(now));
    const handle = watch((event) => {
      run.receive(event);
      if (event.type === 'results-written' && event.figures.length > 0) this.look();
    });
    this.going.set(summary.folder, { run, handle });
    void handle.ended.then((end) => this.conclude(run, end));
  }

  private environment(file: string) {
    const { host } = this;
    const device = host.device();
    if (!device.ok) return device;
    const executor = host.executor();
    if (!executor.ok) return executor;
    const workspaceFolder = host.services().workspaceFolderOf(file);
    const computing = { threads: host.threads(), device: device.value, executor: executor.value };
    return ok({ workspaceFolder, ...computing, plugins: host.pluginPaths(), stopWith: host.stopWith() });
  }

  private async conclude(run: LiveRun, end: RunEnded): Promise<void> {
    const summary = await run.end(end);
    // Until then it counts as followed: of how it ended more is known here than is on disk.
    await this.learn();
    this.going.delete(summary.folder);
    this.host.runChanged(summary);
    this.host.refresh();
    this.logEnd(summary);
  }

  private logEnd({ id, status, problem, warnings }: RunSummary): void {
    for (const { code, message } of warnings) this.host.log('warning', `run ${id}: ${code} ${message}`);
    const why = problem ? `: ${problem.code} ${problem.message}` : '';
    this.host.log(status === 'failed' ? 'error' : 'info', `run ${id} ended: ${status}${why}`);
  }
}

function newSummary(
  run: Pick<RunSummary, 'id' | 'folder' | 'file' | 'name' | 'set' | 'stage' | 'sweep' | 'variant' | 'variantCount'>,
): RunSummary {
  return {
    ...run,
    ...{
      uri: URI.file(run.file).toString(),
      status: 'running',
      stages: [],
      progress: null,
      startedAt: new Date().toISOString(),
    },
    ...{
      finishedAt: null,
      problem: null,
      warnings: [],
      differs: [],
      headline: [],
      written: 0,
      waiting: 0,
      expect: { held: 0, of: 0 },
      own: true,
    },
  };
}

function goingOn(file: string): Result<never> {
  return fail('run-going-on', `${file} is being run already`, { hint: 'Wait for it to end, or cancel it.' });
}
