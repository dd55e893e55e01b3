import * as vscode from 'vscode';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import type { LanguageServer } from '../server/language-server.js';

/** Where every process, of this window or not, records what its run does. */
const RECORDS = '**/.lookalike/runs/*/run.json';
const SETTLE_MS = 300;
/** More than a tree shows at once. */
const FIRST = 50;

/** The runs of the workspace as the server last told of them. */
export class RunList implements vscode.Disposable {
  private readonly byFolder = new Map<string, RunSummary>();
  private readonly changed = new vscode.EventEmitter<RunSummary | undefined>();
  private readonly disposables: vscode.Disposable[] = [this.changed];
  private settling: NodeJS.Timeout | undefined;
  private read: 'nothing' | 'the newest' | 'all' = 'nothing';
  private count = 0;
  /** One run changed, or, without one, any may have. */
  readonly onChanged = this.changed.event;

  constructor(private readonly server: LanguageServer) {
    const records = vscode.workspace.createFileSystemWatcher(RECORDS);
    const disturbed = () => this.refreshSoon();
    this.disposables.push(
      server.onRunChanged((run) => this.set(run)),
      server.onRunDeleted((folder) => this.remove(folder)),
      server.onStarted(() => void this.refresh()),
      records,
      ...[records.onDidCreate(disturbed), records.onDidChange(disturbed), records.onDidDelete(disturbed)],
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
    return Math.max(this.count, this.byFolder.size);
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
    clearTimeout(this.settling);
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private set(run: RunSummary): void {
    this.byFolder.set(run.folder, run);
    this.changed.fire(run);
  }

  private remove(folder: string): void {
    this.byFolder.delete(folder);
    this.changed.fire(undefined);
  }

  /** Runs of this server are told of at once; what others write needs no hurry. */
  private refreshSoon(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => void this.refresh(), SETTLE_MS);
  }
}

export function isRunning(run: RunSummary): boolean {
  return run.status === 'running';
}
