import { type Stats, statSync } from 'node:fs';
import { appendFile, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256, writeOver } from '../files.js';
import { readPlain, UnfitFile } from '../plain-file.js';
import { NOTE } from './run-note.js';

/** In the folder of the runs. */
const INDEX = 'index.jsonl';
const MOST_BYTES = 2 ** 30;
/** What changes when a run's folder says something else. */
const STAMPED = ['run.json', 'results.json', NOTE];

/** What is known of the run in a folder, as of a state of that folder. */
export interface Indexed {
  readonly stamp: string;
  /** JSON. */
  readonly text: string;
}

/**
 * `index.jsonl` beside the folders of runs: what a list says of each, so that a list of thousands reads one file. It is
 * a copy that may be lost: a line that is damaged, of another version or of an earlier state of its folder is passed
 * over, and who needs it reads the folder and adds it again. Lines are added, and the last one of a run counts.
 */
export class RunIndex {
  private readonly known = new Map<string, Indexed>();
  private lines = 0;

  private constructor(
    private readonly runs: string,
    private readonly key: string,
  ) {}

  /** `key` says what texts are made of; those of another key are passed over. `runs` is the folder of the runs. */
  static async open(runs: string, key: string): Promise<RunIndex> {
    const index = new RunIndex(runs, key);
    const bytes = await readPlain(join(runs, INDEX), MOST_BYTES).catch((error) => {
      if (error instanceof UnfitFile) return undefined;
      throw error;
    });
    for (const line of bytes?.toString('utf8').split('\n') ?? []) index.learn(line);
    return index;
  }

  /** What is known of a run's folder as it is now. */
  get(name: string, stamp: string): string | undefined {
    const found = this.known.get(name);
    return found?.stamp === stamp ? found.text : undefined;
  }

  /** Adds what was read of folders, and writes the file anew where most of it is old; where it cannot be written, nothing. */
  async add(read: ReadonlyMap<string, Indexed>, names: readonly string[]): Promise<void> {
    for (const [name, indexed] of read) this.known.set(name, indexed);
    const there = names.filter((name) => this.known.has(name));
    const isMostlyOld = this.lines + read.size > 2 * there.length + 16;
    if (read.size === 0 && !isMostlyOld) return;
    const file = join(this.runs, INDEX);
    const written = isMostlyOld
      ? writeOver(file, there.map((name) => this.lineOf(name)).join(''))
      : appendLines(file, [...read.keys()].map((name) => this.lineOf(name)).join(''));
    await written.catch((error: NodeJS.ErrnoException) => {
      if (error.code === undefined) throw error;
    });
  }

  private learn(line: string): void {
    if (line === '') return;
    this.lines++;
    // JSON has no tab but between its parts.
    const [check, head = '', text = ''] = line.split('\t');
    if (check !== this.checkOf(head, text)) return;
    const [name, stamp] = JSON.parse(head) as [string, string];
    this.known.set(name, { stamp, text });
  }

  /** A line break before it: an earlier writer may have been killed within a line. */
  private lineOf(name: string): string {
    const { stamp, text } = this.known.get(name) as Indexed;
    const head = JSON.stringify([name, stamp]);
    return `\n${this.checkOf(head, text)}\t${head}\t${text}\n`;
  }

  private checkOf(head: string, text: string): string {
    return sha256(this.key, '\n', head, '\n', text).slice(0, 16);
  }
}

async function appendLines(file: string, lines: string): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  if (found && !found.isFile()) return writeOver(file, lines);
  await appendFile(file, lines, { mode: 0o600 });
}

/**
 * Changes whenever a run's folder says something else of it; undefined where it holds no run. It waits for the disk: to
 * ask for thousands of files one after another takes a fraction of what handing each to another thread does.
 */
export function runStamp(folder: string): string | undefined {
  const found = STAMPED.map((name) => statOf(join(folder, name)));
  return found[0] || found[1] ? found.map(stampOf).join(' ') : undefined;
}

function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    // Whoever reads the folder says why it cannot be read.
    return undefined;
  }
}

function stampOf(file: Stats | undefined): string {
  return file ? `${file.ino}:${file.size}:${file.mtimeMs}` : '-';
}
