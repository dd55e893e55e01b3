import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256, writeAtomically } from '../files.js';
import { decodeNpy, encodeNpy, type NpyArray, type NpyData, npyHeader } from '../npy.js';
import { readSeal, sealFolder } from './seal.js';
import { CacheChanged } from './shards.js';

/*
 * The folder of searches in one index that are done by other processes: below `vectors`, a folder of each process that has
 * searches done, with what it hands them; and a sealed folder for each shard with what it found.
 */
const VECTORS = 'vectors';

/** An array in a file that another process reads. */
export interface KeptArray {
  readonly file: string;
  readonly checksum: string;
}

/** Writes an array, under the name of its content, below a folder of searches; `owner` is whose it is. */
export async function keepArray(
  folder: string,
  owner: string,
  data: NpyData,
  shape: readonly number[],
): Promise<KeptArray> {
  const chunks = encodeNpy(data, shape);
  const checksum = sha256(...chunks);
  const file = join(folder, VECTORS, owner, `${checksum.slice(0, 32)}.npy`);
  await writeAtomically(file, ...chunks);
  return { file, checksum };
}

/** Writes float32 rows that come block by block, below a folder of searches: they are never there as a whole. */
export async function keepRows(
  folder: string,
  owner: string,
  shape: readonly number[],
  blocks: AsyncIterable<{ readonly data: Float32Array }>,
): Promise<KeptArray> {
  const hash = createHash('sha256');
  const file = join(folder, VECTORS, owner, `${randomBytes(16).toString('hex')}.npy`);
  await writeAtomically(file, hashed());
  return { file, checksum: hash.digest('hex') };

  async function* hashed(): AsyncGenerator<Uint8Array> {
    const header = npyHeader('<f4', shape);
    hash.update(header);
    yield header;
    for await (const { data } of blocks) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      hash.update(bytes);
      yield bytes;
    }
  }
}

/** Throws `CacheChanged` where it is not what was written, and the file system's error. */
export async function readArray({ file, checksum }: KeptArray): Promise<NpyArray> {
  const bytes = await readFile(file);
  const array = sha256(bytes) === checksum ? decodeNpy(bytes) : null;
  if (!array) throw new CacheChanged(file);
  return array;
}

/** What a shard of a search found: rows of its part, and their distances in double precision, both [queries, k]. */
export interface FoundRows {
  readonly ids: Int32Array;
  readonly orders: Float64Array;
}

export async function keepFound(folder: string, shard: string, { ids, orders }: FoundRows): Promise<void> {
  const own = join(folder, shard);
  await writeAtomically(join(own, 'ids.npy'), ...encodeNpy(ids, [ids.length]));
  await writeAtomically(join(own, 'orders.npy'), ...encodeNpy(orders, [orders.length]));
  await sealFolder(own, {});
}

export async function hasFound(folder: string, shard: string): Promise<boolean> {
  return (await readSeal(join(folder, shard))) !== undefined;
}

/** Of a shard that is there; throws `CacheChanged` where its files were altered since. */
export async function readFound(folder: string, shard: string): Promise<FoundRows> {
  const own = join(folder, shard);
  const read = async (name: string) => decodeNpy(await readFile(join(own, name)))?.data;
  const [ids, orders] = [await read('ids.npy'), await read('orders.npy')];
  if (!(ids instanceof Int32Array && orders instanceof Float64Array)) throw new CacheChanged(own);
  return { ids, orders };
}

/** Removes what a process has handed to others. */
export function removeArrays(folder: string, owner: string): Promise<void> {
  return rm(join(folder, VECTORS, owner), { recursive: true, force: true });
}

/** Removes what was found, and what processes that are dead left of their searches: all but the vectors of `owner`. */
export async function removeSearched(folder: string, owner: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name !== VECTORS) await rm(join(folder, name), { recursive: true, force: true });
  }
  for (const name of await readdir(join(folder, VECTORS))) if (name !== owner) await removeArrays(folder, name);
}
