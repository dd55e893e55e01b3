import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pMap from 'p-map';
import { type FoundRun, readRun, stampOf } from '../../history/read-run.js';

/** Older runs stay on disk and are not listed. */
const MOST_RUNS = 500;
const READING = 16;

/** The runs that are on disk, each read again only when its files have changed. */
export class RunHistory {
  private readonly known = new Map<string, { stamp: string; run: FoundRun | undefined }>();

  /** Of one private folder, newest first: a run's id begins with its time. */
  async runsIn(home: string): Promise<FoundRun[]> {
    const folder = join(home, 'runs');
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const newest = names.sort().reverse().slice(0, MOST_RUNS);
    const runs = await pMap(newest, (name) => this.read(join(folder, name)), { concurrency: READING });
    this.forgetAllBut(folder, newest);
    return runs.filter((run) => run !== undefined);
  }

  /** The same object as before where nothing has changed; a process that runs may have ended without a word. */
  private async read(folder: string): Promise<FoundRun | undefined> {
    const stamp = await stampOf(folder);
    const known = this.known.get(folder);
    if (known?.stamp === stamp && known.run?.summary.status !== 'running') return known.run;
    const run = await readRun(folder);
    if (known?.stamp === stamp && run?.summary.status === 'running') return known.run;
    this.known.set(folder, { stamp, run });
    return run;
  }

  private forgetAllBut(parent: string, names: readonly string[]): void {
    const kept = new Set(names.map((name) => join(parent, name)));
    for (const folder of this.known.keys()) {
      if (join(folder, '..') === parent && !kept.has(folder)) this.known.delete(folder);
    }
  }
}
