import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { itemAt } from '../../protocol/item-at.js';
import type { RunContext } from '../../runner/context.js';
import { Halt, problemOf } from '../../runner/halt.js';
import { readSeal, sealFolder } from '../../store/cache/seal.js';
import { keyOf } from '../../store/files.js';
import type { Entries, Entry } from '../entries.js';
import { metadataRows } from './metadata-rows.js';
import type { FolderShard } from './shards.js';

const NAME = 'rows.jsonl';
const NEWLINE = 10;
/** Lines of so many bytes are held: to read forty of a file takes longer than a search. */
const HELD_BYTES = 2 ** 26;

/**
 * The metadata of a folder in clip-retrieval's format. Parquet is read once, a group of rows at a time, into a private
 * file with a line a row: where it is large, of a row in memory there is its place alone.
 */
export class FolderEntries implements Entries {
  private constructor(
    /** The file, or what is in it. */
    private readonly lines: FileHandle | Buffer,
    /** Where each line begins, and where the last one ends. */
    private readonly starts: Float64Array,
    /** Images are shown from below here alone. */
    private readonly images: string | undefined,
  ) {}

  /** Throws a `Halt` with `parquet-invalid`, naming the file. */
  static async open(
    context: RunContext,
    shards: readonly FolderShard[],
    images: string | undefined,
  ): Promise<FolderEntries> {
    const file = await linesOf(context, shards);
    const count = shards.reduce((rows, { embeddings }) => rows + embeddings.rows, 0);
    const root = images === undefined ? undefined : await realpath(images);
    const { size } = await stat(file);
    const lines = size <= HELD_BYTES ? await readFile(file) : await open(file);
    return new FolderEntries(lines, await startsOfLines(file, count), root);
  }

  get count(): number {
    return this.starts.length - 1;
  }

  async of(row: number): Promise<Entry> {
    const line = await this.line(itemAt(this.starts, row), itemAt(this.starts, row + 1));
    const columns: Entry['columns'] = JSON.parse(line.toString('utf8'));
    return { columns, file: await this.fileOf(columns.image_path) };
  }

  async close(): Promise<void> {
    if (!Buffer.isBuffer(this.lines)) await this.lines.close();
  }

  private async line(start: number, end: number): Promise<Buffer> {
    if (Buffer.isBuffer(this.lines)) return this.lines.subarray(start, end);
    const line = Buffer.alloc(end - start);
    await this.lines.read(line, 0, line.length, start);
    return line;
  }

  /** A folder from elsewhere may name any file of this machine: what is not below the images' folder is not shown. */
  private async fileOf(path: unknown): Promise<string | undefined> {
    if (this.images === undefined || typeof path !== 'string') return undefined;
    const file = await realpath(resolve(this.images, path)).catch(() => undefined);
    const below = file && relative(this.images, file);
    return below && !below.startsWith('..') && !isAbsolute(below) ? file : undefined;
  }
}

/** The file with a line a row, written unless an earlier server has. */
async function linesOf(context: RunContext, shards: readonly FolderShard[]): Promise<string> {
  const hashes = await Promise.all(shards.map(({ metadata }) => context.files.hash(metadata)));
  const rows = shards.map(({ embeddings }) => embeddings.rows);
  const folder = context.cache.of('metadata', keyOf({ format: 1, hashes, rows }));
  if ((await readSeal(folder)) === undefined) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeLines(context, shards, join(folder, NAME));
    await sealFolder(folder, { shards: shards.length });
  }
  return join(folder, NAME);
}

async function writeLines({ signal }: RunContext, shards: readonly FolderShard[], file: string): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await appendLines(signal, shards, temporary);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function appendLines(signal: AbortSignal, shards: readonly FolderShard[], file: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    for (const { metadata, embeddings } of shards) {
      for await (const rows of rowsOrHalt(metadata, embeddings.rows)) {
        signal.throwIfAborted();
        await handle.writeFile(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      }
    }
  } finally {
    await handle.close();
  }
}

/** Whatever the reader makes of a file that is no parquet is that file's problem. */
async function* rowsOrHalt(file: string, count: number): AsyncGenerator<Entry['columns'][]> {
  try {
    yield* metadataRows(file, count);
  } catch (error) {
    if (problemOf(error)) throw error;
    const hint = 'Write it with pandas or `lookalike export`, one row an embedding, compressed by snappy.';
    throw new Halt({ code: 'parquet-invalid', message: `${file}: ${(error as Error).message}`, hint });
  }
}

async function startsOfLines(file: string, count: number): Promise<Float64Array> {
  const starts = new Float64Array(count + 1);
  let [row, before] = [0, 0];
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) starts[++row] = before + at + 1;
    before += chunk.length;
  }
  return starts;
}
