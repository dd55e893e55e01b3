import type { Matrix, Neighbours, SearchIndex, WorkContext } from '../../plugins/declare.js';
import type { HashedImage } from './list-images.js';

/** What is searched: an index, and the image behind each of its rows. */
export interface Searched {
  readonly index: SearchIndex;
  readonly images: readonly HashedImage[];
}

/**
 * The `k` nearest images to each query that are not its source: neither by id nor by content, however often it is
 * there. `sources` are the originals of the queries, row by row; ids of the neighbours are rows of the index.
 */
export async function searchOthers(
  { index, images }: Searched,
  queries: Matrix,
  sources: readonly HashedImage[],
  k: number,
  work: WorkContext,
): Promise<Neighbours> {
  const rows = new SourceRows(images);
  const own = sources.map((source) => rows.of(source));
  const depth = k + own.reduce((most, { size }) => Math.max(most, size), 0);
  const found = await index.search(queries, { ...work, k: Math.min(depth, images.length) });
  return withoutOwn(found, own, k);
}

/** Where the images are that are a given one, by id or by content. */
class SourceRows {
  private readonly byName = new Map<string, number[]>();

  constructor(images: readonly HashedImage[]) {
    for (const [row, image] of images.entries()) {
      for (const name of namesOf(image)) this.byName.set(name, [...(this.byName.get(name) ?? []), row]);
    }
  }

  of(source: HashedImage): ReadonlySet<number> {
    return new Set(namesOf(source).flatMap((name) => this.byName.get(name) ?? []));
  }
}

function namesOf({ id, hash }: HashedImage): string[] {
  return [`id ${id}`, `hash ${hash}`];
}

function withoutOwn(found: Neighbours, own: readonly ReadonlySet<number>[], k: number): Neighbours {
  const ids = new Int32Array(own.length * k).fill(-1);
  const distances = new Float32Array(own.length * k).fill(Number.NaN);
  for (const [query, excluded] of own.entries()) {
    let place = query * k;
    for (let from = query * found.k; from < (query + 1) * found.k && place < (query + 1) * k; from++) {
      if (found.ids[from] < 0 || excluded.has(found.ids[from])) continue;
      ids[place] = found.ids[from];
      distances[place++] = found.distances[from];
    }
  }
  return { k, ids, distances };
}
