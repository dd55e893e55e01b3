import { type Stats, statSync } from 'node:fs';
import { appendFile, lstat, mkdir, rm, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { hashFile, sha256, writeAtomically } from '../files.js';
import { readPlain, UnfitFile } from '../plain-file.js';
import { sayDamaged } from './damage.js';

interface Row {
  readonly size: number;
  readonly modified: number;
  readonly hash: string;
}

/**
 * A file changed this recently may change again without another time stamp: its hash is not kept. Some file
 * systems count in steps of two seconds, which shows in whole seconds; the others in milliseconds.
 */
const SETTLED_MS = { wholeSeconds: 2500, milliseconds: 50 };
const FLUSH_EVERY = 512;
const MOST_BYTES = 2 ** 30;

/**
 * Content hashes of files, remembered by path, size and modification time, so that nothing is read twice.
 * Kept as JSON lines that several runs may append to at once, each with a checksum over itself: a line that was cut
 * short or altered is passed over.
 */
export class FileTable {
  private readonly rows = new Map<string, Row>();
  private pending: string[] = [];

  private constructor(
    private readonly file: string,
    private readonly readOnly: boolean,
  ) {}

  /** `readOnly`: what is hashed is remembered by this object alone, and the file is left as it is. */
  static async open(file: string, { readOnly = false } = {}): Promise<FileTable> {
    const table = new FileTable(file, readOnly);
    const lines = (await linesOf(file)).split('\n');
    for (const line of lines) table.learn(line);
    if (!readOnly && lines.length > 2 * table.rows.size + FLUSH_EVERY) await table.compact();
    return table;
  }

  /** A table that is nowhere kept. */
  static inMemory(): FileTable {
    return new FileTable('', true);
  }

  /** The SHA-256 of the file's content. Throws the file system's error, or `UnfitFile`, where it cannot be read. */
  async hash(path: string): Promise<string> {
    const found = await stat(path);
    if (!found.isFile()) throw new UnfitFile(path, 'no-file', 'is a folder, a pipe or a device');
    const { size, mtimeMs } = found;
    const known = this.rows.get(path);
    if (known && known.size === size && known.modified === mtimeMs) return known.hash;
    const hash = await hashFile(path);
    if (this.isOwn(path) || isSettled(mtimeMs)) await this.remember(path, { size, modified: mtimeMs, hash });
    return hash;
  }

  /**
   * The hash of an unchanged file that was hashed before; nothing is read. It waits for the file system, which for many
   * files takes an eighth of what it takes to ask without waiting: for processes that have nothing else to do.
   */
  known(path: string): string | undefined {
    const row = this.rows.get(path);
    const now = row && lookAt(path);
    return now && row.size === now.size && row.modified === now.mtimeMs ? row.hash : undefined;
  }

  async flush(): Promise<void> {
    const lines = this.pending.splice(0);
    if (lines.length === 0 || this.readOnly) return;
    await mkdir(dirname(this.file), { recursive: true });
    const found = await lstat(this.file).catch(() => undefined);
    if (found && !found.isFile()) await rm(this.file, { recursive: true, force: true });
    await appendFile(this.file, lines.join(''), { mode: 0o600 });
  }

  /** What is kept beside the table was written whole, renamed into place, and is never written to again. */
  private isOwn(path: string): boolean {
    return path.startsWith(dirname(this.file) + sep);
  }

  private async remember(path: string, row: Row): Promise<void> {
    this.rows.set(path, row);
    this.pending.push(lineOf(path, row));
    if (this.pending.length >= FLUSH_EVERY) await this.flush();
  }

  private learn(line: string): void {
    try {
      const [path, size, modified, hash, check] = JSON.parse(line) as [string, number, number, string, string];
      const row = { size, modified, hash };
      if (check === checkOf(path, row)) this.rows.set(path, row);
    } catch {
      // The end of a line that a killed run did not finish.
    }
  }

  private async compact(): Promise<void> {
    await writeAtomically(this.file, [...this.rows].map(([path, row]) => lineOf(path, row)).join(''));
  }
}

function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isSettled(modified: number): boolean {
  const step = modified % 1000 === 0 ? SETTLED_MS.wholeSeconds : SETTLED_MS.milliseconds;
  return Date.now() - modified > step;
}

async function linesOf(file: string): Promise<string> {
  try {
    return (await readPlain(file, MOST_BYTES)).toString('utf8');
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    if (error.why !== 'missing') sayDamaged(file);
    return '';
  }
}

/** A line break on both sides, so that a line cut short by a kill spoils nothing that is appended after it. */
export function lineOf(path: string, row: Row): string {
  return `\n${JSON.stringify([path, row.size, row.modified, row.hash, checkOf(path, row)])}\n`;
}

function checkOf(path: string, { size, modified, hash }: Row): string {
  return sha256(JSON.stringify([path, size, modified, hash])).slice(0, 16);
}
