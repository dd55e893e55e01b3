import { dirname, join } from 'node:path';
import pMap from 'p-map';
import { runNames } from '../../history/list-runs.js';
import { type FoundRun, readRun, stampOf } from '../../history/read-run.js';
import { MOST_LISTED } from '../../protocol/runs/most-listed.js';

/** Few: whoever asks for something else meanwhile, the first rows of the table, goes before hundreds of runs. */
const READING = 4;

/** The runs that are on disk, each read again only when its files have changed. */
export class RunHistory {
  private readonly known = new Map<string, { stamp: string; run: FoundRun | undefined }>();
  private readonly reading = new Map<string, { stamp: string; run: Promise<FoundRun | undefined> }>();

  /** Of one private folder, newest first, so many at the most: a run's id begins with its time. */
  async runsIn(home: string, most = MOST_LISTED): Promise<FoundRun[]> {
    const folder = join(home, 'runs');
    const newest = (await runNames(folder)).sort().reverse().slice(0, MOST_LISTED);
    const wanted = newest.slice(0, most);
    const runs = await pMap(wanted, (name) => this.read(join(folder, name)), { concurrency: READING });
    this.forgetAllBut(folder, newest);
    return runs.filter((run) => run !== undefined);
  }

  /** Whether there is a run by now in a folder in which there was none, since it had only been made. */
  async hasBegun(home: string): Promise<boolean> {
    for (const [folder, { stamp, run }] of this.known) {
      if (!run && dirname(folder) === join(home, 'runs') && (await stampOf(folder)) !== stamp) return true;
    }
    return false;
  }

  /** The same object as before where nothing has changed; a process that runs may have ended without a word. */
  private async read(folder: string): Promise<FoundRun | undefined> {
    const stamp = await stampOf(folder);
    const known = this.known.get(folder);
    if (known?.stamp === stamp && known.run?.summary.status !== 'running') return known.run;
    const run = await this.readOnce(folder, stamp);
    if (known?.stamp === stamp && run?.summary.status === 'running') return known.run;
    this.known.set(folder, { stamp, run });
    return run;
  }

  /** Who asks for some of the runs while all are read waits for the same reading. */
  private readOnce(folder: string, stamp: string): Promise<FoundRun | undefined> {
    const going = this.reading.get(folder);
    if (going?.stamp === stamp) return going.run;
    const run = readRun(folder).finally(() => {
      if (this.reading.get(folder)?.run === run) this.reading.delete(folder);
    });
    this.reading.set(folder, { stamp, run });
    return run;
  }

  private forgetAllBut(parent: string, names: readonly string[]): void {
    const kept = new Set(names.map((name) => join(parent, name)));
    for (const folder of this.known.keys()) {
      if (dirname(folder) === parent && !kept.has(folder)) this.known.delete(folder);
    }
  }
}
