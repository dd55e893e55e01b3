import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { someOf } from '../../plugins/matrix.js';
import { itemAt, itemsAt } from '../../protocol/item-at.js';
import type { ProcessIdentity } from '../../protocol/runner.js';
import { withLease } from '../../store/cache/lease.js';
import { readSeal, sealFolder } from '../../store/cache/seal.js';
import { keyOf, writeAtomically } from '../../store/files.js';
import { decodeNpy, encodeNpy } from '../../store/npy.js';
import { type RunContext, workContext } from '../context.js';
import { sayWaiting, searchingWithCores } from '../cores.js';
import type { ModelIndex } from './build-index.js';
import { searchedBy } from './embed-images.js';
import type { Images } from './list-images.js';
import { inSet, type SetNeighbours, searchOthers } from './search-others.js';

/** What each query found, with its own photograph and copies of it left out. */
export interface QueryNeighbours {
  /** Positions of the queries, ascending; row n of the neighbours is that of query n. */
  readonly queries: readonly number[];
  readonly neighbours: SetNeighbours;
  readonly cached: boolean;
}

/** The `k` nearest images of each query that has an embedding, from the cache where they are there. */
export async function findNeighbours(
  context: RunContext,
  set: Images,
  index: ModelIndex,
  queries: readonly number[],
  k: number,
): Promise<QueryNeighbours> {
  const positions = keyOf(index.embeddings.embedded);
  const from = { leftOut: 'copies', index: index.key, k, queries: keyOf(queries), positions };
  const { neighbours, cached } = await cachedNeighbours(context, from, async () => ({
    neighbours: await searchingWithCores(context, () => search(context, set, index, queries, k)),
    facts: {},
  }));
  return { queries, neighbours, cached };
}

/** What was found before from the same things, or is now, with some facts about it. */
export async function cachedNeighbours<F>(
  context: RunContext,
  from: unknown,
  work: () => Promise<{ neighbours: SetNeighbours; facts: F }>,
): Promise<{ neighbours: SetNeighbours; facts: F; cached: boolean }> {
  const folder = context.cache.of('neighbours', keyOf(from));
  const prefix = join(folder, 'found');
  const kept = async () => {
    const facts = context.useCache ? await readSeal<F>(folder) : undefined;
    return facts && { neighbours: await readNeighbours(prefix), facts, cached: true };
  };
  const find = async () => {
    const found = await work();
    await writeNeighbours(prefix, found.neighbours);
    await sealFolder(folder, found.facts);
    return { ...found, cached: false };
  };
  // Of two runs at once the second takes what the first has found.
  const findOnce = async () => (await kept()) ?? find();
  const say = (holder: ProcessIdentity | undefined) => sayWaiting(context, holder);
  return (await kept()) ?? withLease(`${folder}.lease`, context.signal, findOnce, say);
}

async function search(
  context: RunContext,
  { images }: Images,
  source: ModelIndex,
  queries: readonly number[],
  k: number,
): Promise<SetNeighbours> {
  const { embedded, model, vectors } = source.embeddings;
  const rows = rowsOf(queries, embedded);
  const index = await source.open();
  // The same source: that is how an index knows that half of the distance matrix is enough.
  const wanted = queries.length === embedded.length ? vectors : someOf(vectors, rows);
  const rowsSearched = searchedBy(source.embeddings).embedded;
  const searched = { index, images: itemsAt(images, rowsSearched) };
  const sources = itemsAt(images, queries);
  const found = await searchOthers(searched, wanted, sources, k, workContext(context, 'accuracy', model.name));
  await index.close();
  return inSet(found, rowsSearched);
}

/** Where ascending positions stand among others that have all of them, ascending too. */
function rowsOf(positions: readonly number[], among: readonly number[]): number[] {
  let row = 0;
  return positions.map((position) => {
    while (itemAt(among, row) !== position) row += 1;
    return row;
  });
}

/** Writes `PREFIX.ids.npy` and `PREFIX.distances.npy`, each [queries, k]. */
export async function writeNeighbours(prefix: string, { ids, distances, k }: SetNeighbours): Promise<void> {
  const shape = [ids.length / k, k];
  await writeAtomically(`${prefix}.ids.npy`, ...encodeNpy(ids, shape));
  await writeAtomically(`${prefix}.distances.npy`, ...encodeNpy(distances, shape));
}

async function readNeighbours(prefix: string): Promise<SetNeighbours> {
  const read = async (part: string) => decodeNpy(await readFile(`${prefix}.${part}.npy`));
  const [ids, distances] = [await read('ids'), await read('distances')];
  if (!(ids?.data instanceof Int32Array && distances?.data instanceof Float32Array)) {
    throw new Error(`${prefix} was altered`);
  }
  return { k: itemAt(ids.shape, 1), ids: ids.data, distances: distances.data };
}
