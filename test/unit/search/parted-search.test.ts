import assert from 'node:assert/strict';
import { ExactSearch } from '../../../server/src/compute/search/exact-search.js';
import { MergedNeighbours } from '../../../server/src/compute/search/parts/merge-neighbours.js';
import { PartedSearch } from '../../../server/src/compute/search/parts/parted-search.js';
import type { Matrix, Metric } from '../../../server/src/plugins/declare.js';
import { inMemory, rowsBetween } from '../../../server/src/plugins/matrix.js';
import { randomVectors } from '../../support/random-vectors.js';
import { inBlocks } from '../../support/vector-source.js';

const work = { signal: new AbortController().signal, progress: () => undefined };

/** Vectors of which many are twice there, or lie on a grid, so that distances tie within parts and across them. */
function withTies(rows: number, dimension: number, seed: number): Matrix {
  const { data } = randomVectors(rows, dimension, seed);
  const half = Math.floor(rows / 2) * dimension;
  return {
    data: data.map((value, at) => Math.round(3 * (at < half ? value : (data[at - half] as number)))),
    rows,
    dimension,
  };
}

async function whole(gallery: Matrix, queries: Matrix, metric: Metric, k: number, exclude?: Int32Array) {
  const search = await ExactSearch.open(inMemory(gallery), metric, { threads: 1 });
  const orders = new Float64Array(queries.rows * k);
  const found = await search.search(inMemory(queries), { ...work, k, exclude, orders });
  await search.close();
  return { ...found, orders };
}

describe('A search in parts of a gallery', () => {
  for (const metric of ['l2', 'ip'] as const) {
    for (const [n, gallery] of [randomVectors(701, 12, 3), withTies(700, 4, 5)].entries()) {
      for (const rowsHeld of [23, 97, 350, 5000]) {
        it(`gives the bits of one search over all: ${metric}, ${n === 0 ? 'random' : 'with ties'}, ${rowsHeld} at a time`, async () => {
          const queries = rowsBetween(gallery, 0, 40);
          const exclude = Int32Array.from({ length: 40 }, (_, query) => (query % 3 === 0 ? -1 : query));
          const parted = new PartedSearch(inBlocks(gallery, [64, 13]), metric, { threads: 1, rowsHeld });
          const orders = new Float64Array(40 * 9);
          const found = await parted.search(inBlocks(queries, [7]), { ...work, k: 9, exclude, orders });
          assert.deepEqual({ ...found, orders }, await whole(gallery, queries, metric, 9, exclude));
        });
      }
    }
  }

  it('gives fewer than are wanted where there are fewer', async () => {
    const gallery = randomVectors(5, 4, 1);
    const parted = new PartedSearch(inMemory(gallery), 'l2', { threads: 1, rowsHeld: 1 });
    const found = await parted.search(inMemory(gallery), { ...work, k: 9 });
    assert.deepEqual(found, withoutOrders(await whole(gallery, gallery, 'l2', 9)));
  });
});

describe('Neighbours of parts', () => {
  it('are merged in any order of the parts, by blocks of queries', async () => {
    const [gallery, queries] = [withTies(300, 3, 8), withTies(50, 3, 9)];
    const merged = new MergedNeighbours('l2', 50, 7);
    for (const first of [200, 0, 100]) {
      for (const query of [25, 0]) {
        const block = rowsBetween(queries, query, query + 25);
        merged.add(await whole(rowsBetween(gallery, first, first + 100), block, 'l2', 7), { query, row: first });
      }
    }
    assert.deepEqual(merged.result(), await whole(gallery, queries, 'l2', 7));
  });
});

function withoutOrders<T extends { orders: unknown }>({ orders: _, ...found }: T): Omit<T, 'orders'> {
  return found;
}
