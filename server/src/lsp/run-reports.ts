import {
  type Connection,
  MessageType,
  ShowMessageNotification,
  type WorkDoneProgressServerReporter,
} from 'vscode-languageserver';
import { sentences } from '../protocol/errors.js';
import type { RunSummary } from '../protocol/runs/run-state.js';

/**
 * Tells of runs by the means of the protocol itself, for clients that know nothing of Lookalike: progress that can
 * be cancelled, and a message at the end.
 */
export class RunReports {
  private readonly reporters = new Map<string, Promise<WorkDoneProgressServerReporter | undefined>>();

  constructor(
    private readonly connection: Connection,
    private readonly cancel: (runId: string) => void,
    /** Whether the client shows progress. */
    private readonly progress: boolean,
  ) {}

  tell(run: RunSummary): void {
    if (run.status !== 'running') void this.end(run);
    else if (run.own) void this.report(run);
  }

  private async report(run: RunSummary): Promise<void> {
    if (!this.reporters.has(run.id)) this.reporters.set(run.id, this.begin(run));
    const reporter = await this.reporters.get(run.id);
    if (this.reporters.has(run.id)) reporter?.report(100 * (run.progress?.share ?? 0), activityOf(run));
  }

  private async begin({ id, name }: RunSummary): Promise<WorkDoneProgressServerReporter | undefined> {
    if (!this.progress) return undefined;
    const reporter = await this.connection.window.createWorkDoneProgress().catch(() => undefined);
    if (!reporter) return undefined;
    reporter.begin(name, 0, 'starting', true);
    reporter.token.onCancellationRequested(() => this.cancel(id));
    return reporter;
  }

  private async end(run: RunSummary): Promise<void> {
    const begun = this.reporters.get(run.id);
    if (!begun) return;
    this.reporters.delete(run.id);
    (await begun)?.done();
    const figures = run.headline.map(({ label, value }) => `${label} ${value}`).join(' · ');
    const { held, of } = run.expect;
    const judged = of > 0 && `${held} of ${of} ${of === 1 ? 'expectation' : 'expectations'} held`;
    const crashed = run.status === 'failed' && of === 0;
    const words = crashed ? [run.problem && sentences(run.problem)] : [judged || run.status, figures];
    const type = run.status === 'failed' ? MessageType.Error : MessageType.Info;
    showMessage(this.connection, type, `${run.name}: ${words.filter(Boolean).join('. ')}`);
  }
}

/** A message that asks nothing: a client need not answer it, and some cannot. */
export function showMessage(connection: Connection, type: MessageType, message: string): void {
  void connection.sendNotification(ShowMessageNotification.type, { type, message });
}

function activityOf({ stages }: RunSummary): string {
  const { name = 'starting', progress } = stages.find(({ status }) => status === 'running') ?? {};
  return progress ? `${name}: ${progress.label} ${progress.done}/${progress.total}` : name;
}
