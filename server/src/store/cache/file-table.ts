import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { hashFile, writeAtomically } from '../files.js';

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

/**
 * Content hashes of files, remembered by path, size and modification time, so that nothing is read twice.
 * Kept as JSON lines that several runs may append to at once; a line cut short is passed over.
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
    const text = await readFile(file, 'utf8').catch(() => '');
    const lines = text.split('\n');
    for (const line of lines) table.learn(line);
    if (!readOnly && lines.length > 2 * table.rows.size + FLUSH_EVERY) await table.compact();
    return table;
  }

  /** The SHA-256 of the file's content. Throws the file system's error where it cannot be read. */
  async hash(path: string): Promise<string> {
    const { size, mtimeMs } = await stat(path);
    const known = this.rows.get(path);
    if (known && known.size === size && known.modified === mtimeMs) return known.hash;
    const hash = await hashFile(path);
    if (this.isOwn(path) || isSettled(mtimeMs)) await this.remember(path, { size, modified: mtimeMs, hash });
    return hash;
  }

  /** The hash of an unchanged file that was hashed before; nothing is read. */
  async known(path: string): Promise<string | undefined> {
    const row = this.rows.get(path);
    const now = row && (await stat(path).catch(() => undefined));
    return now && row.size === now.size && row.modified === now.mtimeMs ? row.hash : undefined;
  }

  async flush(): Promise<void> {
    const lines = this.pending.splice(0);
    if (lines.length === 0 || this.readOnly) return;
    await mkdir(dirname(this.file), { recursive: true });
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
      const [path, size, modified, hash] = JSON.parse(line) as [string, number, number, string];
      this.rows.set(path, { size, modified, hash });
    } catch {
      // The end of a line that a killed run did not finish.
    }
  }

  private async compact(): Promise<void> {
    await writeAtomically(this.file, [...this.rows].map(([path, row]) => lineOf(path, row)).join(''));
  }
}

function isSettled(modified: number): boolean {
  const step = modified % 1000 === 0 ? SETTLED_MS.wholeSeconds : SETTLED_MS.milliseconds;
  return Date.now() - modified > step;
}

/** A line break on both sides, so that a line cut short by a kill spoils nothing that is appended after it. */
function lineOf(path: string, row: Row): string {
  return `\n${JSON.stringify([path, row.size, row.modified, row.hash])}\n`;
}
