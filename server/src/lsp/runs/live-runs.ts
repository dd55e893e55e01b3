import type { ExperimentDocument } from '../../language/document.js';
import { type RunEnded, type RunHandle, startRun } from '../../processes/start-run.js';
import type { Device } from '../../protocol/compute.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import type { ParsedParams } from '../../protocol/lsp.js';
import type { RunSummary } from '../../protocol/run-state.js';
import type { RunEvent } from '../../protocol/runner.js';
import { LiveRun } from './live-run.js';
import { readTrusted } from './read-trusted.js';
import type { RunsHost } from './runs-host.js';

export type RunSettings = Omit<ParsedParams<'startRun'>, 'uri'>;

/** A run, or a file's place among the runs while the folder is made. */
type Going = { readonly run: LiveRun; readonly handle: RunHandle } | 'starting';

/** The runs of this server that are going on: one a file. */
export class LiveRuns {
  private readonly going = new Map<string, Going>();

  constructor(
    private readonly host: RunsHost,
    /** A run is told to have ended after this: what it left on disk is known by then. */
    private readonly learn: (run: RunSummary) => Promise<void>,
  ) {}

  all(): RunSummary[] {
    return this.started().map(({ run }) => run.summary);
  }

  /** Runs a document's text as it stands, saved or not. */
  async start(document: ExperimentDocument, settings: RunSettings): Promise<Result<RunHandle>> {
    const { file } = document;
    if (this.going.has(file)) return goingOn(file);
    const spec = readTrusted(this.host, document, settings);
    if (!spec.ok) return spec;
    this.going.set(file, 'starting');
    const started = await this.launch(document, spec.value.name, settings);
    if (!started.ok) this.going.delete(file);
    return started;
  }

  cancel(runId: string): Result<void> {
    const going = this.started().find(({ handle }) => handle.id === runId);
    if (!going) return fail('run-unknown', `No run ${runId} of this editor is going on`);
    going.handle.cancel();
    return ok(undefined);
  }

  cancelAll(): void {
    for (const { handle } of this.started()) handle.cancel();
  }

  private started() {
    return [...this.going.values()].filter((going) => going !== 'starting');
  }

  private async launch({ file, text }: ExperimentDocument, name: string, settings: RunSettings) {
    const device = this.host.device();
    if (!device.ok) return device;
    const onEvent = (event: RunEvent) => run?.receive(event);
    let run: LiveRun | undefined;
    const started = await startRun({ file, text, ...settings, ...this.environment(file, device.value), onEvent });
    if (!started.ok) return started;
    const handle = started.value;
    run = new LiveRun(file, name, handle, (summary) => this.host.runChanged(summary));
    this.going.set(file, { run, handle });
    this.host.log('info', `run ${handle.id} of ${file} began, process ${handle.pid}`);
    void handle.ended.then((end) => this.conclude(file, run, end));
    return started;
  }

  private environment(file: string, device: Device) {
    const { host } = this;
    const workspaceFolder = host.services().workspaceFolderOf(file);
    return { workspaceFolder, threads: host.threads(), device, plugins: host.pluginPaths() };
  }

  private async conclude(file: string, run: LiveRun, { status, problem }: RunEnded): Promise<void> {
    const summary = await run.end(status, problem);
    this.going.delete(file);
    await this.learn(summary);
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

function goingOn(file: string): Result<never> {
  return fail('run-going-on', `${file} is being run already`, { hint: 'Wait for it to end, or cancel it.' });
}
