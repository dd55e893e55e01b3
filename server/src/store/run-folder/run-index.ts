import { type Stats, statSync } from 'node:fs';
import { appendFile, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256, writeOver } from '../files.js';
import { readPlain, UnfitFile } from '../plain-file.js';
import { NOTE } from './run-note.js';

/** In the folder of the runs. */
const INDEX = 'index.jsonl';
const MOST_BYTES = 2 ** 30;
const LINE_BREAK = 10;
const TAB = 9;
/** What changes when a run's folder says something else. */
const STAMPED = ['run.json', 'results.json', NOTE];

/** What is known of the run in a folder, as of a state of that folder. */
export interface Indexed {
  readonly stamp: string;
  /** What lists are ordered by, so that one of the newest reads no more than those. */
  readonly startedAt: string;
  /** JSON. */
  readonly text: string | Buffer;
}

/** A line as it was found: whether it is sound is asked when it is wanted, as a page wants few of thousands. */
interface Found extends Indexed {
  readonly line?: Buffer;
}

/**
 * `index.jsonl` beside the folders of runs: what a list says of each, so that a list of thousands reads one file. It is
 * a copy that may be lost: a line that is damaged, of another version or of an earlier state of its folder is passed
 * over, and who needs it reads the folder and adds it again. Lines are added, and the last one of a run counts.
 */
export class RunIndex {
  private readonly known = new Map<string, Found>();
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
    for (let start = 0; bytes && start < bytes.length; ) {
      const end = bytes.indexOf(LINE_BREAK, start);
      const stop = end < 0 ? bytes.length : end;
      index.learn(bytes.subarray(start, stop));
      start = stop + 1;
    }
    return index;
  }

  /** What is known of a run's folder as it is now. */
  get(name: string, stamp: string): Indexed | undefined {
    const found = this.known.get(name);
    if (found?.stamp !== stamp) return undefined;
    return found.line && !this.isSound(found.line) ? undefined : found;
  }

  /** Adds what was read of folders, and writes the file anew where most of it is old; where it cannot be written, nothing. */
  async add(read: ReadonlyMap<string, Indexed>, names: readonly string[]): Promise<void> {
    for (const [name, indexed] of read) this.known.set(name, indexed);
    const there = names.filter((name) => this.known.has(name));
    const isMostlyOld = this.lines + read.size > 2 * there.length + 16;
    if (read.size === 0 && !isMostlyOld) return;
    const file = join(this.runs, INDEX);
    const written = isMostlyOld
      ? writeOver(file, there.flatMap((name) => this.soundLineOf(name) ?? []).join(''))
      : appendLines(file, [...read].map(([name, indexed]) => lineOf(this.key, name, indexed)).join(''));
    await written.catch((error: NodeJS.ErrnoException) => {
      if (error.code === undefined) throw error;
    });
  }

  private learn(line: Buffer): void {
    if (line.length === 0) return;
    this.lines++;
    // JSON has no tab but between its parts.
    const first = line.indexOf(TAB);
    const second = line.indexOf(TAB, first + 1);
    const about = first < 0 || second < 0 ? undefined : aboutIn(line.toString('utf8', first + 1, second));
    if (!about) return;
    const [name, stamp, startedAt] = about;
    this.known.set(name, { stamp, startedAt, text: line.subarray(second + 1), line });
  }

  private isSound(line: Buffer): boolean {
    const first = line.indexOf(TAB);
    return line.toString('latin1', 0, first) === checkOf(this.key, line.subarray(first + 1));
  }

  private soundLineOf(name: string): string | undefined {
    const found = this.known.get(name) as Found;
    return found.line && !this.isSound(found.line) ? undefined : lineOf(this.key, name, found);
  }
}

/** A run's name, stamp and beginning; undefined where a damaged line has none. */
function aboutIn(text: string): [string, string, string] | undefined {
  try {
    const about: unknown = JSON.parse(text);
    const isAbout = Array.isArray(about) && about.length === 3 && about.every((one) => typeof one === 'string');
    return isAbout ? (about as [string, string, string]) : undefined;
  } catch {
    return undefined;
  }
}

/** Adds a line, and reads none. Throws the file system's error. */
export async function addToIndex(runs: string, key: string, name: string, indexed: Indexed): Promise<void> {
  await appendLines(join(runs, INDEX), lineOf(key, name, indexed));
}

/** A line break before it: an earlier writer may have been killed within a line. */
function lineOf(key: string, name: string, { stamp, startedAt, text }: Indexed): string {
  const line = `${JSON.stringify([name, stamp, startedAt])}\t${text}`;
  return `\n${checkOf(key, line)}\t${line}\n`;
}

function checkOf(key: string, line: string | Buffer): string {
  return sha256(key, '\n', line).slice(0, 16);
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
