import assert from 'node:assert/strict';
import { PrincipalPart, roundedBy } from '../../../../server/src/compute/search/bytes/principal-part.js';
import { ExactSearch } from '../../../../server/src/compute/search/exact-search.js';
import type { Matrix } from '../../../../server/src/plugins/declare.js';
import { inMemory, rowsBetween } from '../../../../server/src/plugins/matrix.js';
import { plainSearch } from '../../../support/plain-search.js';
import { randomVectors } from '../../../support/random-vectors.js';

const ROWS = 8300;
const DIMENSION = 40;
const work = { signal: new AbortController().signal, progress: () => undefined };

/** Vectors that lie near `rank` directions, moved by the same vector, with `noise` in all others. */
function flatVectors(rows: number, seed: number, { rank = 8, noise = 0.02, away = 0 } = {}): Matrix {
  const [directions, within] = [randomVectors(rank, DIMENSION, 100), randomVectors(rows, rank, seed)];
  const around = randomVectors(rows, DIMENSION, seed + 1);
  const data = around.data.map((value, at) => {
    const [row, i] = [Math.floor(at / DIMENSION), at % DIMENSION];
    let sum = noise * value + away;
    for (let n = 0; n < rank; n++) sum += within.data[row * rank + n]! * directions.data[n * DIMENSION + i]!;
    return sum;
  });
  return { data, rows, dimension: DIMENSION };
}

describe('The principal part of vectors', () => {
  for (const away of [0, 30]) {
    it(`keeps lengths, distances at most and inner products at least as they are, ${away} from the origin`, async () => {
      const gallery = flatVectors(ROWS, 1, { away });
      const queries = flatVectors(60, 3, { away, noise: 0.3 });
      for (const metric of ['l2', 'ip'] as const) {
        const part = await PrincipalPart.of(gallery, metric, 1);
        assert.ok(part);
        const [rows, asked] = [await part.reduce(gallery), await part.reduce(queries)];
        assert.ok(rows.vectors.dimension <= 16);
        for (let query = 0; query < queries.rows; query++) {
          for (let row = query; row < ROWS; row += 97) {
            const rounded = roundedBy(asked.norms[query]!, rows.norms[row]!);
            const kept = compared(asked.vectors, query, rows.vectors, row);
            const whole = compared(queries, query, gallery, row);
            if (metric === 'l2') assert.ok(kept.squared / 2 <= whole.squared / 2 + rounded, `${query} ${row}`);
            else assert.ok(kept.product >= whole.product - rounded, `${query} ${row}`);
          }
          const own = compared(asked.vectors, query, asked.vectors, query).product;
          assert.ok(Math.abs(own - asked.norms[query]! ** 2) <= roundedBy(asked.norms[query]!, 0));
        }
        await part.close();
      }
    });
  }

  it('is not looked for in few vectors, and not there of vectors in all directions', async () => {
    assert.equal(await PrincipalPart.of(flatVectors(1000, 1), 'l2', 1), undefined);
    assert.equal(await PrincipalPart.of(randomVectors(ROWS, DIMENSION, 1), 'l2', 1), undefined);
  });

  it('is all of vectors that lie in few directions, and of one vector again and again', async () => {
    for (const gallery of [flatVectors(ROWS, 1, { noise: 0 }), flatVectors(ROWS, 1, { rank: 0, noise: 0, away: 3 })]) {
      const part = await PrincipalPart.of(gallery, 'ip', 1);
      assert.ok(part);
      const { norms, rests } = await part.reduce(gallery);
      for (const [row, rest] of rests.entries()) assert.ok(rest <= 1e-5 * norms[row]!);
      await part.close();
    }
  });
});

describe('A search by principal parts equals a plain double-precision search', () => {
  for (const metric of ['l2', 'ip'] as const) {
    for (const [what, options] of [
      ['near few directions', {}],
      ['far from the origin', { away: 5 }],
      ['of which much lies outside', { noise: 0.4 }],
    ] as const) {
      it(`by ${metric}, of vectors ${what}, for one, few and many`, async () => {
        const gallery = flatVectors(ROWS, 1, options);
        // Some that only double precision tells apart, and copies.
        for (let i = 0; i < 50 * DIMENSION; i++) gallery.data[4000 * DIMENSION + i] = gallery.data[i]! * (1 + 2 ** -23);
        gallery.data.copyWithin(5000 * DIMENSION, 0, 50 * DIMENSION);
        const queries = flatVectors(90, 3, options);
        queries.data.set(gallery.data.subarray(0, 20 * DIMENSION));
        const index = await ExactSearch.open(inMemory(gallery), metric, { threads: 2 });
        const expected = plainSearch(gallery, queries, metric, 7);
        for (const count of [1, 3, 90]) {
          const { ids, distances } = await index.search(inMemory(rowsBetween(queries, 0, count)), { ...work, k: 7 });
          assert.deepEqual(ids, expected.ids.slice(0, 7 * count));
          assert.deepEqual(distances, expected.distances.slice(0, 7 * count));
        }
        await index.close();
      });
    }

    it(`by ${metric}, of a set against itself and by threads`, async () => {
      const [set, queries] = [inMemory(flatVectors(ROWS, 5)), inMemory(flatVectors(4000, 8))];
      const exclude = Int32Array.from({ length: ROWS }, (_, row) => row);
      const [bytes, floats] = await Promise.all(
        [true, false].map((useBytes) => ExactSearch.open(set, metric, { threads: 2, useBytes })),
      );
      for (const [asked, options] of [[set, { k: 5, exclude }] as const, [queries, { k: 20 }] as const]) {
        const [found, expected] = await Promise.all(
          [bytes, floats].map((index) => index!.search(asked, { ...work, ...options })),
        );
        assert.deepEqual(found, expected);
      }
      await Promise.all([bytes!.close(), floats!.close()]);
    });
  }
});

/** In double precision. */
function compared(some: Matrix, a: number, others: Matrix, b: number): { squared: number; product: number } {
  let [squared, product] = [0, 0];
  for (let i = 0; i < some.dimension; i++) {
    const [x, y] = [some.data[a * some.dimension + i]!, others.data[b * some.dimension + i]!];
    squared += (x - y) ** 2;
    product += x * y;
  }
  return { squared, product };
}
