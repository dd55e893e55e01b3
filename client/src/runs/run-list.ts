import * as vscode from 'vscode';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import type { LanguageServer } from '../server/language-server.js';

/** More than a tree shows at once. */
const FIRST = 50;

/** The runs of the workspace as the server last told of them, which looks at their folders: nothing here watches thousands of them. */
export class RunList implements vscode.Disposable {
  private readonly byFolder = new Map<string, RunSummary>();
  private readonly changed = new vscode.EventEmitter<RunSummary | undefined>();
  private readonly disposables: vscode.Disposable[] = [this.changed];
  private read: 'nothing' | 'the newest' | 'all' = 'nothing';
  private count = 0;
  /** One run changed, or, without one, any may have. */
  readonly onChanged = this.changed.event;

  constructor(private readonly server: LanguageServer) {
    this.disposables.push(
      server.onRunChanged((run) => this.set(run)),
      server.onRunDeleted((folder) => this.remove(folder)),
      server.onStarted(() => void this.refresh()),
    );
  }

  /** Newest first. */
  all(): RunSummary[] {
    return [...this.byFolder.values()].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  }

  of(file: string): RunSummary[] {
    return this.all().filter((run) => run.file === file);
  }

  get(folder: string): RunSummary | undefined {
    return this.byFolder.get(folder);
  }

  byId(id: string): RunSummary | undefined {
    return this.all().find((run) => run.id === id);
  }

  running(): RunSummary[] {
    return this.all().filter(isRunning);
  }

  /** The newest runs are there, and others are still read. */
  get isReading(): boolean {
    return this.read === 'the newest';
  }

  /** How many runs are on disk, of which only the newest are in this list. */
  get total(): number {
    return this.count;
  }

  /** The first time the newest come before the others. */
  async refresh(): Promise<void> {
    if (this.read === 'nothing') await this.list('the newest', FIRST);
    await this.list('all');
  }

  private async list(read: 'the newest' | 'all', newest?: number): Promise<void> {
    const [runs, count] = await Promise.all([
      this.server.request('listRuns', { newest }),
      this.server.request('countRuns', {}),
    ]);
    if (!runs.ok) return;
    // Of those that are read one after the other, the whole list counts.
    if (read === 'the newest' && this.read === 'all') return;
    this.byFolder.clear();
    for (const run of runs.value) this.byFolder.set(run.folder, run);
    this.count = count.ok ? count.value.runs : 0;
    this.read = read === 'all' || runs.value.length < FIRST ? 'all' : read;
    this.changed.fire(undefined);
  }

  /** Resolves when the run has ended, however it did. */
  ended(folder: string): Promise<RunSummary> {
    const now = this.get(folder);
    if (now && !isRunning(now)) return Promise.resolve(now);
    return new Promise((resolve) => {
      const listening = this.onChanged(() => {
        const run = this.get(folder);
        if (!run || isRunning(run)) return;
        listening.dispose();
        resolve(run);
      });
    });
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private set(run: RunSummary): void {
    if (!this.byFolder.has(run.folder)) this.count++;
    this.byFolder.set(run.folder, run);
    this.changed.fire(run);
  }

  private remove(folder: string): void {
    if (this.byFolder.delete(folder)) this.count--;
    this.changed.fire(undefined);
  }
}

export function isRunning(run: RunSummary): boolean {
  return run.status === 'running';
}
