import type { Neighbours, SearchIndex, VectorSource, WorkContext } from '../../plugins/declare.js';
import { someOf } from '../../plugins/matrix.js';
import { itemAt, itemsAt } from '../../protocol/item-at.js';
import type { HashedImage } from './list-images.js';
import { ownRows } from './own-photographs.js';

/** What is searched: an index, and the image behind each of its rows. */
export interface Searched {
  readonly index: SearchIndex;
  readonly images: readonly HashedImage[];
}

declare const counted: unique symbol;

/** Neighbours whose ids are rows of an index. The compiler takes none for `SetNeighbours`. */
export type RowNeighbours = Neighbours & { readonly [counted]?: 'rows of an index' };

/** Neighbours whose ids are positions in the set of images that was searched. */
export type SetNeighbours = Neighbours & { readonly [counted]?: 'positions in a set' };

/** What was found by rows of an index, by the positions of the images that the rows are of. */
export function inSet({ k, ids, distances }: RowNeighbours, embedded: readonly number[]): SetNeighbours {
  return { k, ids: ids.map((row) => (row < 0 ? -1 : itemAt(embedded, row))), distances };
}

/**
 * The `k` nearest images to each query that are not its own: neither by id nor by content, however often it is there.
 * `sources` are the originals of the queries, row by row.
 */
export async function searchOthers(
  searched: Searched,
  queries: VectorSource,
  sources: readonly HashedImage[],
  k: number,
  work: WorkContext,
): Promise<RowNeighbours> {
  const { length: rows } = searched.images;
  if (hasOneRowEach(searched.images)) return searchRows(searched, queries, sources, k, work);
  // Where an image has several rows, the nearest counts: ever more rows are asked for, until each query has `k` images.
  for (let depth = 2 * k; ; depth *= 2) {
    const found = await searchRows(searched, queries, sources, Math.min(depth, rows), work);
    const images = nearestOfEach(found, searched.images, k);
    if (depth >= rows || !images.ids.includes(-1)) return images;
  }
}

function hasOneRowEach(images: readonly HashedImage[]): boolean {
  // A set is in order: to see that its ids rise takes no memory.
  const rises = images.every(({ id }, row) => row === 0 || itemAt(images, row - 1).id < id);
  return rises || new Set(images.map(({ id }) => id)).size === images.length;
}

/** Of the rows of one image the nearest, which comes first, and `k` images at most. */
function nearestOfEach(found: RowNeighbours, images: readonly HashedImage[], k: number): RowNeighbours {
  const queries = found.ids.length / found.k;
  const ids = new Int32Array(queries * k).fill(-1);
  const distances = new Float32Array(queries * k).fill(Number.NaN);
  for (let query = 0; query < queries; query++) {
    const seen = new Set<string>();
    for (let from = query * found.k; from < (query + 1) * found.k && seen.size < k; from++) {
      const row = itemAt(found.ids, from);
      if (row < 0 || seen.has(itemAt(images, row).id)) continue;
      ids[query * k + seen.size] = row;
      distances[query * k + seen.size] = itemAt(found.distances, from);
      seen.add(itemAt(images, row).id);
    }
  }
  return { k, ids, distances };
}

/** The `k` nearest rows that are not the query's own. */
async function searchRows(
  { index, images }: Searched,
  queries: VectorSource,
  sources: readonly HashedImage[],
  k: number,
  work: WorkContext,
): Promise<RowNeighbours> {
  const own = ownRows(images, sources);
  const exclude = Int32Array.from(own, ([first = -1]) => first);
  const found = await index.search(queries, { ...work, k, exclude });
  for (const [copies, copied] of byCopies(own)) {
    // An index leaves out one row a query; where there are more, they are looked past.
    const options = { ...work, progress: () => undefined, k: k + copies };
    const deeper = await index.search(someOf(queries, copied), {
      ...options,
      exclude: Int32Array.from(itemsAt(exclude, copied)),
    });
    for (const [n, query] of copied.entries()) takeOthers(found, query, deeper, n, new Set(own[query]));
  }
  return found;
}

/** Queries that have copies beside themselves, by how many. */
function byCopies(own: readonly (readonly number[])[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const [query, rows] of own.entries()) {
    const copies = rows.length - 1;
    if (copies > 0) groups.set(copies, [...(groups.get(copies) ?? []), query]);
  }
  return groups;
}

/** Puts the nearest of a row of `deeper` that are not the query's own in place of what was found for it. */
function takeOthers(
  { k, ids, distances }: Neighbours,
  query: number,
  deeper: Neighbours,
  row: number,
  own: Set<number>,
) {
  ids.fill(-1, query * k, (query + 1) * k);
  distances.fill(Number.NaN, query * k, (query + 1) * k);
  let place = query * k;
  for (let from = row * deeper.k; from < (row + 1) * deeper.k && place < (query + 1) * k; from++) {
    const id = deeper.ids[from] as number;
    if (id < 0 || own.has(id)) continue;
    ids[place] = id;
    distances[place++] = deeper.distances[from] as number;
  }
}
