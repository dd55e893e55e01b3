import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FoundRun } from '../../history/read-run.js';
import type { RunSummary } from '../../protocol/runs/run-state.js';
import type { Homes } from './homes.js';
import { RunHistory } from './run-history.js';

/** How often the folders of runs are looked at: one `stat` each while nothing happens. */
const LOOK_EVERY_MS = 1000;

/** The stamp of a private folder of which only the newest runs were read: it is none that a folder has. */
const PARTLY = 'partly';

/** What other processes did since the last look. */
export interface RunNews {
  /** Runs that began, went on or ended. */
  readonly changed: readonly RunSummary[];
  /** Folders of runs that are no more. */
  readonly gone: readonly string[];
}

/** The runs of the known private folders, whoever started them, as they were last seen on disk. */
export class RunBoard {
  private readonly history = new RunHistory();
  private readonly seen = new Map<string, { stamp: string; runs: readonly FoundRun[] }>();
  /** One reading at a time: of two at once the earlier might end last, and what it saw would stand. */
  private reading: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly homes: Homes,
    private readonly tell: (news: RunNews) => void,
  ) {}

  /** As far as they have been read; newest first. */
  known(): FoundRun[] {
    return [...this.seen.values()].flatMap(({ runs }) => runs).sort(newestFirst);
  }

  /** So many of the newest, for whoever cannot wait for the others; `read` is to follow. */
  async newest(count: number): Promise<FoundRun[]> {
    const runs: FoundRun[] = [];
    for (const home of this.homes.all()) {
      const newest = await this.history.runsIn(home, count);
      if (!this.seen.has(home)) this.seen.set(home, { stamp: PARTLY, runs: newest });
      runs.push(...newest);
    }
    return runs.sort(newestFirst).slice(0, count);
  }

  /** Reads what has changed, and keeps looking from now on. */
  async read(): Promise<FoundRun[]> {
    const homes = this.homes.all();
    for (const home of this.seen.keys()) if (!homes.includes(home)) this.seen.delete(home);
    for (const home of homes) await this.readHome(home);
    if (!this.stopped) this.timer ??= this.later();
    return this.known();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private later(): NodeJS.Timeout {
    const look = async () => {
      await this.look();
      if (!this.stopped) this.timer = this.later();
    };
    return setTimeout(() => void look(), LOOK_EVERY_MS).unref();
  }

  /** Reads what has changed since it was looked at last, and tells of it. */
  async look(): Promise<void> {
    const before = this.byFolder();
    for (const home of this.homes.all()) {
      // What is read for the first time is no news: whoever has it read is given all of it.
      if (this.seen.get(home)?.stamp === PARTLY) continue;
      if (await this.hasChanged(home)) await this.readHome(home);
    }
    const now = this.byFolder();
    const changed = [...now.values()].filter((summary) => before.get(summary.folder) !== summary);
    const gone = [...before.keys()].filter((folder) => !now.has(folder));
    if (changed.length + gone.length > 0) this.tell({ changed, gone });
  }

  private byFolder(): Map<string, RunSummary> {
    return new Map(this.known().map(({ summary }) => [summary.folder, summary]));
  }

  private async hasChanged(home: string): Promise<boolean> {
    const seen = this.seen.get(home);
    if (seen?.runs.some(({ summary }) => summary.status === 'running')) return true;
    return seen?.stamp !== (await stampOfRuns(home)) || (await this.history.hasBegun(home));
  }

  private readHome(home: string): Promise<void> {
    const read = this.reading.then(async () => {
      const stamp = await stampOfRuns(home);
      this.seen.set(home, { stamp, runs: await this.history.runsIn(home) });
    });
    this.reading = read.catch(() => undefined);
    return read;
  }
}

/** A folder's time changes with what is in it, not with what is in that. */
async function stampOfRuns(home: string): Promise<string> {
  const runs = await stat(join(home, 'runs')).catch(() => undefined);
  return String(runs?.mtimeMs);
}

function newestFirst(a: FoundRun, b: FoundRun): number {
  return b.summary.startedAt.localeCompare(a.summary.startedAt);
}
