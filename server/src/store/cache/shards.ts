import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ProblemError } from '../../protocol/errors.js';
import { keyOf, sha256, writeOver } from '../files.js';
import { decodeNpy, encodeNpy, npyHeader } from '../npy.js';
import { readPlain } from '../plain-file.js';
import type { FileTable } from './file-table.js';

const INDEX_SUFFIX = '.jsonl';
/** Far above what a shard's images come to. */
const MOST_BYTES = 2 ** 30;
/** Of a shard of which a smaller share of the rows is wanted, these alone are read. */
const WORTH_ALL = 1 / 8;

/** What became of one image: a vector, one that compares with nothing, no face in it, or bytes that are no image. */
export type Embedded =
  | {
      readonly hash: string;
      readonly vector: Float32Array;
      /** Of a model that embeds every face: those of the smaller ones. */
      readonly others?: readonly Float32Array[];
    }
  | { readonly hash: string; readonly noFace: true }
  | { readonly hash: string; readonly unusable: string }
  | { readonly hash: string; readonly unreadable: string };

/** Where an image's embedding is, without its numbers. */
export type Location =
  | {
      readonly kind: 'vector';
      readonly shard: string;
      readonly row: number;
      /** How many rows it has, from that one on: the largest face's first. */
      readonly faces: number;
    }
  | { readonly kind: 'no-face' }
  /** `message` says what the model gives instead. */
  | { readonly kind: 'unusable'; readonly message: string }
  | { readonly kind: 'unreadable'; readonly message: string };

interface ShardHeader {
  readonly checksum: string;
  readonly rows: number;
  readonly dimension: number;
}
type ShardRecord =
  | { hash: string; row: number; faces?: number }
  | { hash: string; noFace: true }
  | { hash: string; unusable: string }
  | { hash: string; unreadable: string };

/**
 * One model's embeddings by image content: append-only shards, each a `.npy` float32 matrix and a `.jsonl`
 * that names its rows. The `.jsonl` is written last and holds the matrix's checksum, and one over itself, the model and
 * the shard's name, so a shard is there whole or not at all; one that does not match when it is adopted is removed and
 * computed again.
 * A matrix that did, and was not changed since, is not read for it again: the table of files remembers.
 */
export class EmbeddingStore {
  private readonly locations = new Map<string, Location>();
  private readonly shards = new Map<string, ShardHeader>();
  /** Names of the shards whose matrix this process has read, and found to be what was written. */
  private readonly proven = new Set<string>();
  /** Names of the shards that were found damaged and removed. */
  readonly damaged: string[] = [];

  private constructor(
    readonly folder: string,
    private readonly files: FileTable | undefined,
  ) {}

  /** `stored: false` starts without what is there already, which is then written over. */
  static async open(
    folder: string,
    { stored, files }: { readonly stored: boolean; readonly files: FileTable },
  ): Promise<EmbeddingStore> {
    const store = new EmbeddingStore(folder, files);
    if (!stored) return store;
    for (const shard of await listShards(folder)) if (!(await store.adopt(shard))) await store.remove(shard);
    await files.flush();
    return store;
  }

  /**
   * What the lists of the shards say, for those who only want to know what is there: matrices are not read, and nothing
   * is removed. A shard whose list is damaged, or whose matrix has not the length that its list says, is not there.
   */
  static async look(folder: string): Promise<EmbeddingStore> {
    const store = new EmbeddingStore(folder, undefined);
    for (const shard of await listShards(folder)) await store.adopt(shard);
    return store;
  }

  /** Takes in a shard that was written since, by this run or another. False where there is none. */
  async adopt(shard: string): Promise<boolean> {
    if (this.shards.has(shard)) return true;
    const content = await readList(this.folder, shard);
    if (!content || !(await this.isWhole(shard, content.header))) return false;
    this.shards.set(shard, content.header);
    for (const record of content.records) this.locations.set(record.hash, locationOf(shard, record));
    return true;
  }

  /** Whether the matrix is what its list says. */
  private async isWhole(shard: string, { checksum, rows, dimension }: ShardHeader): Promise<boolean> {
    const file = this.matrixOf(shard);
    try {
      if (this.files) return (await this.files.hash(file)) === checksum;
      const header = npyHeader('<f4', [rows, dimension]);
      return (await stat(file)).size === header.length + rows * dimension * Float32Array.BYTES_PER_ELEMENT;
    } catch (error) {
      throwIfNoDamage(error);
      return false;
    }
  }

  locate(hash: string): Location | undefined {
    return this.locations.get(hash);
  }

  /** Length of a vector, or undefined while no shard holds one. */
  get dimension(): number | undefined {
    return [...this.shards.values()].find(({ rows }) => rows > 0)?.dimension;
  }

  /**
   * The vectors of `faces`, which are all there, in that order, into one row-major matrix: of an image, by its hash, that
   * of its largest face, or of the n-th beside it. Of each shard the checksum
   * is looked at when it is first read; throws `CacheChanged` where it is another one than when it was adopted.
   */
  async read(faces: readonly StoredFace[]): Promise<Float32Array> {
    const dimension = this.dimension ?? 0;
    const matrix = new Float32Array(faces.length * dimension);
    for (const [shard, rows] of this.rowsByShard(faces)) {
      const put = (target: number, vector: Float32Array) => matrix.set(vector, target * dimension);
      const { rows: all } = this.shards.get(shard) as ShardHeader;
      if (this.proven.has(shard) && rows.length < WORTH_ALL * all) await this.readRows(shard, rows, put);
      else await this.readShard(shard, rows, put);
    }
    return matrix;
  }

  private rowsByShard(faces: readonly StoredFace[]): Map<string, WantedRow[]> {
    const rows = new Map<string, WantedRow[]>();
    for (const [target, face] of faces.entries()) {
      const [hash, nth] = typeof face === 'string' ? [face, 0] : face;
      const location = this.locations.get(hash);
      if (location?.kind !== 'vector' || nth >= location.faces) throw new Error(`No vector is stored for ${hash}`);
      const wanted = { target, row: location.row + nth };
      const list = rows.get(location.shard);
      if (list) list.push(wanted);
      else rows.set(location.shard, [wanted]);
    }
    return rows;
  }

  private async readShard(shard: string, rows: readonly WantedRow[], put: Put): Promise<void> {
    const { checksum, dimension } = this.shards.get(shard) as ShardHeader;
    const file = this.matrixOf(shard);
    const bytes = await readFile(file);
    if (!this.proven.has(shard) && sha256(bytes) !== checksum) {
      await this.remove(shard);
      throw new CacheChanged(file);
    }
    const vectors = decodeNpy(bytes)?.data;
    if (!(vectors instanceof Float32Array)) throw new CacheChanged(file);
    this.proven.add(shard);
    for (const { target, row } of rows) put(target, vectors.subarray(row * dimension, (row + 1) * dimension));
  }

  private async readRows(shard: string, wanted: readonly WantedRow[], put: Put): Promise<void> {
    const { rows, dimension } = this.shards.get(shard) as ShardHeader;
    const vector = new Float32Array(dimension);
    const bytes = new Uint8Array(vector.buffer);
    const start = npyHeader('<f4', [rows, dimension]).length;
    const file = this.matrixOf(shard);
    const handle = await open(file);
    try {
      for (const { target, row } of wanted) {
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, start + row * bytes.length);
        if (bytesRead !== bytes.length) throw new CacheChanged(file);
        put(target, vector);
      }
    } finally {
      await handle.close();
    }
  }

  private matrixOf(shard: string): string {
    return join(this.folder, `${shard}.npy`);
  }

  private async remove(shard: string): Promise<void> {
    this.damaged.push(shard);
    await rm(join(this.folder, `${shard}${INDEX_SUFFIX}`), { recursive: true, force: true });
    await rm(join(this.folder, `${shard}.npy`), { recursive: true, force: true });
  }
}

/** The largest face of an image, or the n-th beside it, from 1 on. */
export type StoredFace = string | readonly [hash: string, nth: number];

interface WantedRow {
  /** Where in the result it goes. */
  readonly target: number;
  /** Of the shard. */
  readonly row: number;
}
type Put = (target: number, vector: Float32Array) => void;

/** A file of the cache that was altered after this process had found it whole. */
export class CacheChanged extends ProblemError {
  constructor(file: string) {
    const hint = 'Run again: what was altered is computed anew.';
    super({ code: 'cache-changed', message: `${file} was altered while it was in use`, hint });
  }
}

function locationOf(shard: string, record: ShardRecord): Location {
  if ('row' in record) return { kind: 'vector', shard, row: record.row, faces: record.faces ?? 1 };
  if ('noFace' in record) return { kind: 'no-face' };
  if ('unusable' in record) return { kind: 'unusable', message: record.unusable };
  return { kind: 'unreadable', message: record.unreadable };
}

/** The name of the shard that holds these images: the same images make the same shard, whoever computes it. */
export function shardName(hashes: readonly string[]): string {
  return keyOf(hashes);
}

export async function writeShard(folder: string, shard: string, images: readonly Embedded[]): Promise<void> {
  const vectors = images.flatMap((image) => ('vector' in image ? [image.vector, ...(image.others ?? [])] : []));
  const dimension = vectors[0]?.length ?? 0;
  const matrix = new Float32Array(vectors.length * dimension);
  for (const [row, vector] of vectors.entries()) matrix.set(vector, row * dimension);
  const npy = encodeNpy(matrix, [vectors.length, dimension]);
  const header: ShardHeader = { checksum: sha256(...npy), rows: vectors.length, dimension };
  const lines = jsonLines(keyOfShard(folder, shard), header, recordsOf(images));
  await writeOver(join(folder, `${shard}.npy`), ...npy);
  await writeOver(join(folder, `${shard}${INDEX_SUFFIX}`), lines);
}

function recordsOf(images: readonly Embedded[]): ShardRecord[] {
  let next = 0;
  return images.map((image) => {
    if (!('vector' in image)) return image;
    const row = next;
    const faces = 1 + (image.others?.length ?? 0);
    next += faces;
    return faces === 1 ? { hash: image.hash, row } : { hash: image.hash, row, faces };
  });
}

/** The last line is the checksum of the shard's key and the lines before it. */
function jsonLines(key: string, header: ShardHeader, records: readonly ShardRecord[]): string {
  const body = [header, ...records].map((line) => JSON.stringify(line)).join('\n');
  return `${body}\n${JSON.stringify({ end: endOf(key, body) })}\n`;
}

function endOf(key: string, body: string): string {
  return sha256(key, '\n', body);
}

/** Whose shard it is: the folder's name is its model's key. */
function keyOfShard(folder: string, shard: string): string {
  return `${basename(folder)}/${shard}`;
}

/** What keeps a file from being read, and says nothing of what is in it. */
const NO_DAMAGE = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EACCES', 'EPERM']);

function throwIfNoDamage(error: unknown): void {
  if (NO_DAMAGE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
}

async function listShards(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const lists = names.filter((file) => file.endsWith(INDEX_SUFFIX)).sort();
  return lists.map((name) => name.slice(0, -INDEX_SUFFIX.length));
}

async function readList(
  folder: string,
  shard: string,
): Promise<{ header: ShardHeader; records: ShardRecord[] } | undefined> {
  try {
    const text = (await readPlain(join(folder, `${shard}${INDEX_SUFFIX}`), MOST_BYTES)).toString('utf8');
    const lines = text.trimEnd().split('\n');
    const { end } = JSON.parse(lines.pop() ?? '') as { end: string };
    const body = lines.join('\n');
    // Earlier versions left the key out: embeddings take long, and theirs are not wrong.
    if (end !== endOf(keyOfShard(folder, shard), body) && end !== sha256(body)) return undefined;
    const [header, ...records] = lines.map((line) => JSON.parse(line)) as [ShardHeader, ...ShardRecord[]];
    return { header, records };
  } catch (error) {
    throwIfNoDamage(error);
    return undefined;
  }
}
