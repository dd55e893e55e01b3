import assert from 'node:assert/strict';
import { ExactSearch } from '../../../server/src/compute/search/exact-search.js';
import { FlatIndex } from '../../../server/src/compute/search/flat-index.js';
import type { Matrix, Metric } from '../../../server/src/plugins/declare.js';
import { inMemory } from '../../../server/src/plugins/matrix.js';
import { plainSearch } from '../../support/plain-search.js';
import { randomVectors } from '../../support/random-vectors.js';

const work = { signal: new AbortController().signal, progress: () => undefined };

async function assertEqualsPlainSearch(
  gallery: Matrix,
  queries: Matrix,
  metric: Metric,
  k: number,
  exclude?: Int32Array,
) {
  const source = inMemory(gallery);
  const index = await ExactSearch.open(source, metric, { threads: 2 });
  const found = await index.search(queries === gallery ? source : inMemory(queries), { ...work, k, exclude });
  await index.close();
  const expected = plainSearch(gallery, queries, metric, k, exclude);
  assert.deepEqual(found.ids, expected.ids);
  assert.deepEqual(found.distances, expected.distances);
}

const itself = (rows: number) => Int32Array.from({ length: rows }, (_, row) => row);

describe('index flat equals a plain double-precision search', () => {
  const sizes = [1, 2, 5, 31, 32, 33, 1023, 1024, 1025, 2100];
  if (process.env.LOOKALIKE_TEST_FULL === '1')
    for (let rows = 3; rows < 3300; rows = Math.ceil(1.3 * rows)) sizes.push(rows);
  for (const rows of new Set(sizes)) {
    it(`of ${rows} rows, in whole and broken blocks`, async () => {
      await assertEqualsPlainSearch(randomVectors(rows, 24, rows), randomVectors(7, 24, 1), 'l2', 6);
    });
  }

  // Few queries are scored for four by four; a vector and the digits of its norm are seldom whole lines.
  for (const queries of [1, 2, 4, 5, 8, 9]) {
    it(`for ${queries} of vectors of any length, by l2 and by ip`, async () => {
      for (const dimension of [1, 2, 13, 14, 15, 16, 17, 31, 100]) {
        const gallery = randomVectors(1100, dimension, dimension);
        for (const metric of ['l2', 'ip'] as const)
          await assertEqualsPlainSearch(gallery, randomVectors(queries, dimension, 9), metric, 5);
      }
    });
  }

  for (const metric of ['l2', 'ip'] as const) {
    it(`by ${metric}, a set against itself, each left out of its own result`, async () => {
      const set = randomVectors(2500, 16, 3);
      await assertEqualsPlainSearch(set, set, metric, 6, itself(2500));
    });
  }

  it('on a set with exact duplicates, ties to the lowest row', async () => {
    const { data } = randomVectors(150, 8, 4);
    const repeated = new Float32Array(1200 * 8).map((_, i) => data[i % data.length]);
    const set = { data: repeated, rows: 1200, dimension: 8 };
    await assertEqualsPlainSearch(set, set, 'l2', 6, itself(1200));
  });

  it('on one vector in 3,000 copies, more than any number of candidates', async () => {
    const set = { data: new Float32Array(3000 * 4).fill(0.1), rows: 3000, dimension: 4 };
    await assertEqualsPlainSearch(set, randomVectors(2, 4, 5), 'l2', 6);
  });

  it('on vectors on a coarse grid, where most distances tie', async () => {
    const { data } = randomVectors(1500, 4, 6);
    const set = { data: data.map((value) => Math.round(2 * value)), rows: 1500, dimension: 4 };
    await assertEqualsPlainSearch(set, set, 'l2', 10, itself(1500));
  });

  it('on near-duplicates far from the origin, where float32 cannot tell them apart', async () => {
    const { data } = randomVectors(600, 8, 7);
    const set = { data: data.map((value) => 1000 + value * 1e-3), rows: 600, dimension: 8 };
    await assertEqualsPlainSearch(set, set, 'l2', 6, itself(600));
  });

  it('by ip, far from the origin, queries within and far beyond the gallery’s reach', async () => {
    const { data } = randomVectors(1500, 12, 12);
    const set = { data: data.map((value) => 5 + value), rows: 1500, dimension: 12 };
    for (const [scale, count] of [1e-4, 1, 1e4].flatMap((one) => [40, 2].map((many) => [one, many] as const))) {
      const some = randomVectors(count, 12, 13);
      const queries = { ...some, data: some.data.map((value) => scale * value) };
      await assertEqualsPlainSearch(set, queries, 'ip', 5);
      await assertEqualsPlainSearch(set, queries, 'l2', 5);
    }
  });

  it('on clusters, which bytes cannot tell apart and float32 can', async () => {
    const near = randomVectors(2400, 16, 14);
    const far = randomVectors(3, 16, 15);
    const data = near.data.map((value, at) => 4e-3 * value + far.data[(Math.floor(at / 16) % 3) * 16 + (at % 16)]);
    const set = { data, rows: 2400, dimension: 16 };
    await assertEqualsPlainSearch(set, set, 'l2', 5, itself(2400));
  });

  for (const metric of ['l2', 'ip'] as const) {
    it(`by ${metric}, on lengths from a tenth to ten, of which bytes hold few`, async () => {
      const { data } = randomVectors(1300, 16, 18);
      const lengths = randomVectors(1300, 1, 19).data.map((value) => 10 ** value);
      const set = { data: data.map((value, at) => value * lengths[Math.floor(at / 16)]), rows: 1300, dimension: 16 };
      await assertEqualsPlainSearch(set, set, metric, 5, itself(1300));
    });
  }

  it('on a set against itself with a few vectors far from all others', async () => {
    const { data } = randomVectors(2100, 32, 20);
    const far = (at: number) => Math.floor(at / 32) % 700 === 3;
    const set = { data: data.map((value, at) => (far(at) ? 4 * value : value)), rows: 2100, dimension: 32 };
    await assertEqualsPlainSearch(set, set, 'l2', 5, itself(2100));
  });

  it('by ip, where every inner product is negative', async () => {
    const away = (seed: number, rows: number, sign: number) => {
      const { data } = randomVectors(rows, 12, seed);
      return { data: data.map((value) => sign * (2 + value)), rows, dimension: 12 };
    };
    await assertEqualsPlainSearch(away(21, 1300, 1), away(22, 20, -1), 'ip', 5);
  });

  it('of people whose images follow one another', async () => {
    const [people, { data }] = [randomVectors(150, 32, 23), randomVectors(1300, 32, 24)];
    const near = data.map((value, at) => 0.3 * value + people.data[Math.floor(at / 512) * 32 + (at % 32)]);
    const set = { data: near, rows: 1300, dimension: 32 };
    await assertEqualsPlainSearch(set, set, 'l2', 5, itself(1300));
  });

  for (const scale of [1e-20, 1e12]) {
    it(`on values around ${scale}`, async () => {
      const { data } = randomVectors(1100, 8, 25);
      const set = { data: data.map((value) => scale * value), rows: 1100, dimension: 8 };
      await assertEqualsPlainSearch(set, set, 'l2', 5, itself(1100));
    });
  }

  it('of no rows', async () => {
    await assertEqualsPlainSearch(randomVectors(0, 8, 30), randomVectors(3, 8, 31), 'l2', 2);
  });

  it('for more queries than there are rows', async () => {
    await assertEqualsPlainSearch(randomVectors(1100, 8, 28), randomVectors(2060, 8, 29), 'l2', 2);
  });

  it('of more neighbours than a block has rows', async () => {
    await assertEqualsPlainSearch(randomVectors(2100, 8, 26), randomVectors(3, 8, 27), 'l2', 1200);
  });

  it('on zero vectors', async () => {
    const set = { data: new Float32Array(70 * 4), rows: 70, dimension: 4 };
    await assertEqualsPlainSearch(set, set, 'l2', 3, itself(70));
  });
});

describe('index flat', () => {
  it('says -1 and NaN where fewer rows exist than were asked for', async () => {
    const index = await ExactSearch.open(inMemory(randomVectors(2, 3, 8)), 'l2', { threads: 1 });
    const { ids, distances } = await index.search(inMemory(randomVectors(1, 3, 9)), { ...work, k: 4 });
    assert.deepEqual([...ids].slice(2), [-1, -1]);
    assert.ok(Number.isNaN(distances[2]) && Number.isNaN(distances[3]));
  });

  it('finds the same with and without the symmetric half', async () => {
    const set = inMemory(randomVectors(2500, 12, 10));
    const options = { ...work, k: 5, exclude: itself(2500) };
    const half = await (await ExactSearch.open(set, 'l2', { threads: 2 })).search(set, options);
    const whole = await (await ExactSearch.open(set, 'l2', { threads: 2, useSymmetry: false })).search(set, options);
    assert.deepEqual(half, whole);
  });

  it('finds the same with bytes and in float32 alone', async () => {
    const [set, queries] = [inMemory(randomVectors(3000, 40, 16)), inMemory(randomVectors(1500, 40, 17))];
    const bytes = await (await ExactSearch.open(set, 'l2', { threads: 2 })).search(queries, { ...work, k: 7 });
    const floats = await ExactSearch.open(set, 'l2', { threads: 2, useBytes: false });
    assert.deepEqual(bytes, await floats.search(queries, { ...work, k: 7 }));
  });

  it('stops when it is cancelled', async () => {
    const set = inMemory(randomVectors(3000, 8, 11));
    const cancelling = new AbortController();
    const index = await ExactSearch.open(set, 'l2', { threads: 1 });
    const search = index.search(set, { k: 3, signal: cancelling.signal, progress: () => cancelling.abort() });
    await assert.rejects(search, { name: 'AbortError' });
  });

  for (const [what, value] of [
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['too large a value', 1e30],
  ] as const) {
    it(`refuses vectors with ${what}`, async () => {
      const set = randomVectors(10, 4, 12);
      set.data[17] = value;
      const opened = await new FlatIndex('l2', 1).open(inMemory(set));
      assert.equal(opened.ok ? 'opened' : opened.problem.code, 'vectors-not-finite');
    });
  }
});

describe('A search that threads share', () => {
  const gallery = randomVectors(12_000, 10, 21);
  const queries = randomVectors(3000, 10, 22);
  // Some that only double precision tells apart.
  gallery.data.copyWithin(6000 * 10, 0, 50 * 10);
  for (let i = 0; i < 500; i++) gallery.data[7000 * 10 + i] = gallery.data[i] * (1 + 2 ** -23);
  const exclude = Int32Array.from({ length: queries.rows }, (_, query) => (query % 3 === 0 ? query : -1));

  for (const metric of ['l2', 'ip'] as const) {
    it(`finds by ${metric} what one thread finds, again and again, two at once`, async () => {
      const [alone, shared] = await Promise.all(
        [1, 2].map((threads) => ExactSearch.open(inMemory(gallery), metric, { threads })),
      );
      const options = { ...work, k: 7, exclude };
      const expected = await alone.search(inMemory(queries), options);
      const progress = (done: number, total: number) => assert.ok(done > 0 && done <= total);
      for (let again = 0; again < 2; again++) {
        const both = [0, 1].map(() => shared.search(inMemory(queries), { ...options, progress }));
        for (const found of await Promise.all(both)) assert.deepEqual(found, expected);
      }
      await Promise.all([alone.close(), shared.close()]);
    });
  }

  it('gives bytes up where they settle few, and finds the same', async () => {
    const near = (rows: number, seed: number) => {
      const { data } = randomVectors(rows, 16, seed);
      return { data: data.map((value, at) => 3e-2 * value + (Math.floor(at / 16) % 3)), rows, dimension: 16 };
    };
    const [crowd, some] = [near(12_000, 31), near(3000, 32)];
    const [floats, shared] = await Promise.all(
      [false, true].map((useBytes) => ExactSearch.open(inMemory(crowd), 'l2', { threads: 2, useBytes })),
    );
    const [expected, found] = await Promise.all(
      [floats, shared].map((index) => index.search(inMemory(some), { ...work, k: 20 })),
    );
    assert.deepEqual(found, expected);
    await Promise.all([floats.close(), shared.close()]);
  });

  it('ends when it is cancelled, and the next is whole', async () => {
    const [alone, shared] = await Promise.all(
      [1, 2].map((threads) => ExactSearch.open(inMemory(gallery), 'l2', { threads })),
    );
    const cancelled = new AbortController();
    const progress = () => cancelled.abort();
    const cut = shared.search(inMemory(queries), { k: 5, signal: cancelled.signal, progress });
    await assert.rejects(cut, { name: 'AbortError' });
    const [whole, expected] = await Promise.all(
      [shared, alone].map((index) => index.search(inMemory(queries), { ...work, k: 5 })),
    );
    assert.deepEqual(whole, expected);
    await Promise.all([alone.close(), shared.close()]);
  });
});
