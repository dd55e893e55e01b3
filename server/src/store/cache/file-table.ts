import { type Stats, statSync } from 'node:fs';
import { appendFile, lstat, mkdir, rm, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { hashFile, sha256, writeAtomically } from '../files.js';
import { linesOf, UnfitFile } from '../plain-file.js';
import { sayDamaged } from './damage.js';
import { DigestTable, isDigest, withRoom } from './digest-table.js';

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
 * Kept as JSON lines that several runs may append to at once, each with a checksum over itself: a line that was cut
 * short or altered is passed over.
 */
export class FileTable {
  /** By the SHA-256 of their paths, which takes a fraction of the paths: there may be millions. */
  private readonly paths = new DigestTable();
  private readonly contents = new DigestTable();
  /** Of each path, by its number. */
  private sizes = new Float64Array(0);
  private modified = new Float64Array(0);
  private hashes = new Int32Array(0);
  private pending: string[] = [];

  private constructor(
    private readonly file: string,
    private readonly readOnly: boolean,
  ) {}

  /** `readOnly`: what is hashed is remembered by this object alone, and the file is left as it is. */
  static async open(file: string, { readOnly = false } = {}): Promise<FileTable> {
    const table = new FileTable(file, readOnly);
    let count = 0;
    for await (const lines of linesIn(file)) {
      for (const line of lines) table.learn(line);
      count += lines.length;
    }
    if (!readOnly && count > 2 * table.paths.size + FLUSH_EVERY) await table.compact();
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
    const known = this.row(path);
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
    const row = this.row(path);
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
    this.keep(path, row);
    this.pending.push(lineOf(path, row));
    if (this.pending.length >= FLUSH_EVERY) await this.flush();
  }

  private row(path: string): Row | undefined {
    const n = this.paths.find(sha256(path));
    if (n < 0) return undefined;
    return { size: this.sizes[n]!, modified: this.modified[n]!, hash: this.contents.at(this.hashes[n]!) };
  }

  private keep(path: string, { size, modified, hash }: Row): number {
    const n = this.paths.add(sha256(path));
    this.sizes = withRoom(this.sizes, n + 1);
    this.modified = withRoom(this.modified, n + 1);
    this.hashes = withRoom(this.hashes, n + 1);
    this.sizes[n] = size;
    this.modified[n] = modified;
    this.hashes[n] = this.contents.add(hash);
    return n;
  }

  private learn(line: string): void {
    const known = parseLine(line);
    if (known) this.keep(...known);
  }

  private async compact(): Promise<void> {
    await writeAtomically(this.file, this.newestLines());
  }

  /** Of each path the line that was learnt, once. */
  private async *newestLines(): AsyncGenerator<string> {
    const written = new Uint8Array(this.paths.size);
    for await (const lines of linesIn(this.file)) {
      const kept: string[] = [];
      for (const line of lines) {
        const known = parseLine(line);
        if (!known) continue;
        const [path, row] = known;
        const n = this.paths.find(sha256(path));
        if (written[n] !== 0 || lineOf(path, row) !== lineOf(path, this.row(path)!)) continue;
        written[n] = 1;
        kept.push(lineOf(path, row));
      }
      if (kept.length > 0) yield kept.join('');
    }
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

async function* linesIn(file: string): AsyncGenerator<string[]> {
  try {
    yield* linesOf(file);
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    if (error.why !== 'missing') sayDamaged(file);
  }
}

/** Nothing where it is the end of a line that a killed run did not finish, or was altered. */
function parseLine(line: string): [path: string, row: Row] | undefined {
  try {
    const [path, size, modified, hash, check] = JSON.parse(line) as [string, number, number, string, string];
    const row = { size, modified, hash };
    return check === checkOf(path, row) && isDigest(hash) ? [path, row] : undefined;
  } catch {
    return undefined;
  }
}

/** A line break on both sides, so that a line cut short by a kill spoils nothing that is appended after it. */
export function lineOf(path: string, row: Row): string {
  return `\n${JSON.stringify([path, row.size, row.modified, row.hash, checkOf(path, row)])}\n`;
}

function checkOf(path: string, { size, modified, hash }: Row): string {
  return sha256(JSON.stringify([path, size, modified, hash])).slice(0, 16);
}
