import type { FoundRun } from '../../history/read-run.js';
import type { ExperimentDocument } from '../../language/document.js';
import type { FileRuns, RunStates } from '../../language/run-states.js';
import type { RunSummary } from '../../protocol/runs/run-state.js';
import type { ExperimentSpec } from '../../stages/spec.js';
import { differencesOf } from './differences.js';
import { fileRuns, PastExperiments } from './file-runs.js';
import { Homes } from './homes.js';
import { ListHashes } from './list-hashes.js';
import { LiveRuns } from './live-runs.js';
import { Planner } from './planner.js';
import { RunBoard, type RunNews } from './run-board.js';
import type { RunsHost } from './runs-host.js';
import { Searches } from './searches.js';

/** Everything that a language server knows of runs: its own, those of other processes, and those of the past. */
export class ServerRuns implements RunStates {
  readonly homes = new Homes();
  readonly live: LiveRuns;
  readonly planner: Planner;
  readonly searches: Searches;
  private readonly board: RunBoard;
  private readonly past = new PastExperiments();
  private readonly lists: ListHashes;
  /** What documents were when they last had no error. */
  private readonly lastValid = new Map<string, ExperimentSpec>();

  constructor(private readonly host: RunsHost) {
    this.board = new RunBoard(this.homes, (news) => this.hear(news));
    this.planner = new Planner(host);
    this.searches = new Searches(host);
    this.lists = new ListHashes(() => host.refresh());
    this.live = new LiveRuns(
      host,
      () => this.learn(),
      () => void this.board.look(),
    );
  }

  /** Runs are looked for from now on in the workspace's folders. */
  setFolders(folders: readonly string[]): void {
    this.homes.setFolders(folders);
    this.readSoon();
  }

  opened(document: ExperimentDocument): void {
    this.homes.add(document.file);
    this.readSoon();
    this.changed(document);
  }

  changed(document: ExperimentDocument): void {
    this.specOf(document);
    this.planner.changed(document);
  }

  /** Files that documents name may be others now. */
  filesChanged(): void {
    this.lists.forget();
  }

  closed(uri: string): void {
    this.planner.closed(uri);
    this.lastValid.delete(uri);
  }

  of(document: ExperimentDocument): FileRuns {
    const found = this.board.known().filter(({ summary }) => summary.file === document.file);
    const measured = this.past.of(found, this.host.services());
    const runs = this.merge(found.map(({ summary }) => summary)).filter(({ file }) => file === document.file);
    // Where nothing was run or planned, the experiment need not be read to say so: a hover waits for this.
    if (runs.length === 0 && measured.length === 0 && !this.planner.knows(document))
      return fileRuns([], [], undefined, []);
    const variants = document.experiment.matrix?.variants;
    const lists = { plugins: this.host.services().plugins, hashOf: (file: string) => this.lists.hashOf(file) };
    return fileRuns(runs, measured, this.specOf(document), this.planner.planned(document), variants, lists);
  }

  /** All runs, or so many of the newest, or of these those of one file, as they are now; newest first. */
  async list({ file, newest }: { file?: string; newest?: number } = {}): Promise<RunSummary[]> {
    const found = await (newest === undefined ? this.read() : this.readNewest(newest));
    const differs = differencesOf(found);
    const summaries = found.map(({ summary }) => ({ ...summary, differs: differs.get(summary.folder) ?? [] }));
    const runs = this.merge(summaries);
    return file === undefined ? runs : runs.filter((run) => run.file === file);
  }

  /** A run's folder was removed. */
  async forget(folder: string): Promise<void> {
    await this.read();
    this.host.runDeleted(folder);
    this.host.refresh();
  }

  /** Runs go on: whoever looks for them next finds them. */
  stop(): void {
    this.searches.closeAll();
    this.board.stop();
    this.planner.stop();
  }

  /** Reads what is on disk, and shows it. */
  async learn(): Promise<void> {
    await this.read();
    for (const document of this.host.openDocuments()) this.planner.changed(document, true);
  }

  /** What is on disk; a run that is going on is followed from now on, whoever started it. */
  private async read(): Promise<FoundRun[]> {
    return this.adopted(await this.board.read());
  }

  /** Of thousands, whoever looks first wants the newest. */
  private async readNewest(count: number): Promise<FoundRun[]> {
    return this.adopted(await this.board.newest(count));
  }

  private adopted(found: FoundRun[]): FoundRun[] {
    for (const { summary } of found) if (summary.status === 'running') this.live.adopt(summary);
    return found;
  }

  private readSoon(): void {
    void this.read().then(() => this.host.refresh());
  }

  private hear({ changed, gone }: RunNews): void {
    const followed = this.followed();
    for (const run of changed) {
      if (followed.has(run.folder)) this.live.found(run);
      else if (run.status === 'running') this.live.adopt(run);
      else this.host.runChanged(run);
    }
    for (const folder of gone) this.host.runDeleted(folder);
    this.host.refresh();
  }

  private followed(): Set<string> {
    return new Set(this.live.all().map(({ folder }) => folder));
  }

  /** Of a run that is followed more is known than is on disk. */
  private merge(found: readonly RunSummary[]): RunSummary[] {
    const followed = this.followed();
    return [...this.live.all(), ...found.filter(({ folder }) => !followed.has(folder))].sort(newestFirst);
  }

  private specOf({ uri, experiment }: ExperimentDocument): ExperimentSpec | undefined {
    if (experiment.spec) this.lastValid.set(uri, experiment.spec);
    return experiment.spec ?? this.lastValid.get(uri);
  }
}

function newestFirst(a: RunSummary, b: RunSummary): number {
  return b.startedAt.localeCompare(a.startedAt);
}
