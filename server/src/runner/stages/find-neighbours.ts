import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Neighbours } from '../../plugins/declare.js';
import { selectRows } from '../../plugins/matrix.js';
import { type RunContext, workContext } from '../context.js';
import { withCores } from '../cores.js';
import { keyOf, writeAtomically } from '../store/files.js';
import { decodeNpy, encodeNpy } from '../store/npy.js';
import { readSeal, sealFolder } from '../store/seal.js';
import type { ModelIndex } from './build-index.js';

/** What each query found, with itself left out. Numbers are positions in the image set. */
export interface QueryNeighbours {
  /** Positions of the queries, ascending; row n of the neighbours is that of query n. */
  readonly queries: readonly number[];
  readonly neighbours: Neighbours;
  readonly cached: boolean;
}

/** The `k` nearest images of each query that has an embedding, from the cache where they are there. */
export async function findNeighbours(
  context: RunContext,
  index: ModelIndex,
  queries: readonly number[],
  k: number,
): Promise<QueryNeighbours> {
  const key = keyOf({ index: index.key, k, queries: keyOf(queries), positions: keyOf(index.embeddings.embedded) });
  const folder = context.cache.of('neighbours', key);
  const prefix = join(folder, 'found');
  if (context.useCache && (await readSeal(folder))) {
    return { queries, neighbours: await readNeighbours(prefix, k), cached: true };
  }
  const neighbours = await withCores(context, () => search(context, index, queries, k));
  await writeNeighbours(prefix, neighbours);
  await sealFolder(folder, {});
  return { queries, neighbours, cached: false };
}

async function search(
  context: RunContext,
  source: ModelIndex,
  queries: readonly number[],
  k: number,
): Promise<Neighbours> {
  const { embedded, model } = source.embeddings;
  const rowOf = new Map(embedded.map((position, row) => [position, row]));
  const exclude = Int32Array.from(queries, (position) => rowOf.get(position) as number);
  const { index, vectors } = await source.open();
  // The same object, not a copy: that is how an index knows that half of the distance matrix is enough.
  const wanted = queries.length === embedded.length ? vectors : selectRows(vectors, [...exclude]);
  const found = await index.search(wanted, { ...workContext(context, 'accuracy', model.name), k, exclude });
  await index.close();
  return { k, ids: found.ids.map((row) => (row < 0 ? -1 : embedded[row])), distances: found.distances };
}

/** Writes `PREFIX.ids.npy` and `PREFIX.distances.npy`, each [queries, k]. */
export async function writeNeighbours(prefix: string, { ids, distances, k }: Neighbours): Promise<void> {
  const shape = [ids.length / k, k];
  await writeAtomically(`${prefix}.ids.npy`, ...encodeNpy(ids, shape));
  await writeAtomically(`${prefix}.distances.npy`, ...encodeNpy(distances, shape));
}

async function readNeighbours(prefix: string, k: number): Promise<Neighbours> {
  const read = async (part: string) => decodeNpy(await readFile(`${prefix}.${part}.npy`))?.data;
  const ids = await read('ids');
  const distances = await read('distances');
  if (!(ids instanceof Int32Array && distances instanceof Float32Array)) throw new Error(`${prefix} was altered`);
  return { k, ids, distances };
}
