import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ProblemError } from '../../protocol/errors.js';
import type { FoundFace } from '../../protocol/images/found-face.js';
import { itemAt } from '../../protocol/item-at.js';
import { FaceRows } from '../face-rows.js';
import { keyOf, sha256, writeOver } from '../files.js';
import { decodeNpy, encodeNpy, npyHeader } from '../npy.js';
import { readPlain } from '../plain-file.js';
import { DigestTable, isDigest, withRoom } from './digest-table.js';
import type { FileTable } from './file-table.js';

const INDEX_SUFFIX = '.jsonl';
const FACES_SUFFIX = '.faces.npy';
/** Far above what a shard's images come to. */
const MOST_BYTES = 2 ** 30;
/** Numbers of a place. */
const PLACE = 3;
const NO_FACE = { kind: 'no-face' } as const;
/** Of a shard of which a smaller share of the rows is wanted, these alone are read. */
const WORTH_ALL = 1 / 8;

/** A vector, and the face that it is of where a model says where that is. */
export interface EmbeddedFace {
  readonly vector: Float32Array;
  readonly face?: FoundFace;
}

/** What became of one image: vectors, one that compares with nothing, no face in it, or bytes that are no image. */
export type Embedded =
  | {
      readonly hash: string;
      /** The largest face's first, and of a model that embeds every face those of the others; of an image without faces one. */
      readonly faces: readonly [EmbeddedFace, ...EmbeddedFace[]];
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
  /** Of the file that says where each row's face was found; absent where the model did not say, or an earlier version computed it. */
  readonly faces?: string;
}
type ShardRecord =
  | { hash: string; row: number; faces?: number }
  | { hash: string; noFace: true }
  | { hash: string; unusable: string }
  | { hash: string; unreadable: string };

/**
 * One model's embeddings by image content: append-only shards, each a `.npy` float32 matrix, where the model says where
 * faces are a `.faces.npy` with that of each row, and a `.jsonl` that names its rows. The `.jsonl` is written last and
 * holds the matrices' checksums, and one over itself, the model and the shard's name, so a shard is there whole or not at all; one that does not match when it is adopted is removed and
 * computed again.
 * A matrix that did, and was not changed since, is not read for it again: the table of files remembers.
 */
export class EmbeddingStore {
  /** Of which images anything is known. */
  private readonly contents = new DigestTable();
  /** Of each, by its number, what a vector's location says: the shard by its place in `names`, the row, and how many. */
  private places = new Int32Array(0);
  /** Of those without a vector, by their number. */
  private readonly without = new Map<number, Location>();
  private readonly names: string[] = [];
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
    this.names.push(shard);
    for (const record of content.records) this.place(record, this.names.length - 1);
    return true;
  }

  private place(record: ShardRecord, shard: number): void {
    const n = this.contents.add(record.hash);
    this.places = withRoom(this.places, (n + 1) * PLACE);
    if ('row' in record) {
      this.places.set([shard, record.row, record.faces ?? 1], n * PLACE);
      this.without.delete(n);
    } else this.without.set(n, whyWithout(record));
  }

  /** Whether the matrix and where its faces were found are what its list says. */
  private async isWhole(shard: string, { checksum, rows, dimension, faces }: ShardHeader): Promise<boolean> {
    const file = this.matrixOf(shard);
    try {
      if (faces !== undefined && this.files && (await this.files.hash(this.facesOf(shard))) !== faces) return false;
      if (this.files) return (await this.files.hash(file)) === checksum;
      const header = npyHeader('<f4', [rows, dimension]);
      return (await stat(file)).size === header.length + rows * dimension * Float32Array.BYTES_PER_ELEMENT;
    } catch (error) {
      throwIfNoDamage(error);
      return false;
    }
  }

  locate(hash: string): Location | undefined {
    const n = this.contents.find(hash);
    if (n < 0) return undefined;
    const without = this.without.get(n);
    if (without) return without;
    const at = n * PLACE;
    const shard = itemAt(this.names, itemAt(this.places, at));
    return { kind: 'vector', shard, row: itemAt(this.places, at + 1), faces: itemAt(this.places, at + 2) };
  }

  /**
   * Where the largest face of each of these images is, by its place among them: null where the model found none. Left out
   * are those of which nothing was kept: of a model that looks for none, or of an earlier version's. Throws
   * `CacheChanged` as `read` does.
   */
  async *foundFaces(hashes: readonly string[]): AsyncGenerator<readonly [place: number, face: FoundFace | null]> {
    const wanted = new Map<string, (readonly [place: number, row: number])[]>();
    for (const [place, hash] of hashes.entries()) {
      const location = this.locate(hash);
      if (location?.kind === 'no-face') yield [place, null];
      if (location?.kind !== 'vector' || this.shards.get(location.shard)?.faces === undefined) continue;
      const { shard, row } = location;
      const rows = wanted.get(shard);
      if (rows) rows.push([place, row]);
      else wanted.set(shard, [[place, row]]);
    }
    for (const [shard, rows] of wanted) {
      const faces = await this.readFaces(shard);
      for (const [place, row] of rows) {
        const face = faces.at(row);
        if (face) yield [place, face];
      }
    }
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
      const location = this.locate(hash);
      if (location?.kind !== 'vector' || nth >= location.faces) throw new Error(`No vector is stored for ${hash}`);
      const wanted = { target, row: location.row + nth };
      const list = rows.get(location.shard);
      if (list) list.push(wanted);
      else rows.set(location.shard, [wanted]);
    }
    return rows;
  }

  private async readFaces(shard: string): Promise<FaceRows> {
    const file = this.facesOf(shard);
    const bytes = await readFile(file);
    if (sha256(bytes) !== this.shards.get(shard)?.faces) {
      await this.remove(shard);
      throw new CacheChanged(file);
    }
    const faces = FaceRows.decode(bytes);
    if (!faces) throw new CacheChanged(file);
    return faces;
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

  private facesOf(shard: string): string {
    return join(this.folder, `${shard}${FACES_SUFFIX}`);
  }

  /** Whoever only looks removes nothing. */
  private async remove(shard: string): Promise<void> {
    if (!this.files) return;
    this.damaged.push(shard);
    await rm(join(this.folder, `${shard}${INDEX_SUFFIX}`), { recursive: true, force: true });
    await rm(this.matrixOf(shard), { recursive: true, force: true });
    await rm(this.facesOf(shard), { recursive: true, force: true });
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

function whyWithout(record: Exclude<ShardRecord, { row: number }>): Location {
  if ('noFace' in record) return NO_FACE;
  if ('unusable' in record) return { kind: 'unusable', message: record.unusable };
  return { kind: 'unreadable', message: record.unreadable };
}

/** The name of the shard that holds these images: the same images make the same shard, whoever computes it. */
export function shardName(hashes: readonly string[]): string {
  return keyOf(hashes);
}

export async function writeShard(folder: string, shard: string, images: readonly Embedded[]): Promise<void> {
  const embedded = images.flatMap((image) => ('faces' in image ? image.faces : []));
  const dimension = embedded[0]?.vector.length ?? 0;
  const matrix = new Float32Array(embedded.length * dimension);
  const found = FaceRows.unknown(embedded.length);
  for (const [row, { vector, face }] of embedded.entries()) {
    matrix.set(vector, row * dimension);
    if (face) found.set(row, face);
  }
  const npy = encodeNpy(matrix, [embedded.length, dimension]);
  const faces = found.isKnown ? found.encode() : undefined;
  const header: ShardHeader = {
    ...{ checksum: sha256(...npy), rows: embedded.length, dimension },
    ...(faces ? { faces: sha256(...faces) } : {}),
  };
  const lines = jsonLines(keyOfShard(folder, shard), header, recordsOf(images));
  await writeOver(join(folder, `${shard}.npy`), ...npy);
  if (faces) await writeOver(join(folder, `${shard}${FACES_SUFFIX}`), ...faces);
  await writeOver(join(folder, `${shard}${INDEX_SUFFIX}`), lines);
}

function recordsOf(images: readonly Embedded[]): ShardRecord[] {
  let next = 0;
  return images.map((image) => {
    if (!('faces' in image)) return image;
    const { hash, faces } = image;
    const row = next;
    next += faces.length;
    return faces.length === 1 ? { hash, row } : { hash, row, faces: faces.length };
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
    return records.every(({ hash }) => isDigest(hash)) ? { header, records } : undefined;
  } catch (error) {
    throwIfNoDamage(error);
    return undefined;
  }
}
