import assert from 'node:assert/strict';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { pairRange } from '../../../server/src/compute/search/pairs/pair-range.js';
import { type RankOptions, rankedPairs } from '../../../server/src/compute/search/pairs/pair-ranks.js';
import type { PairSet } from '../../../server/src/compute/search/pairs/pair-set.js';
import { pairsAmong } from '../../../server/src/compute/search/pairs/pairs-among.js';
import type { RankedDistance } from '../../../server/src/plugins/declare.js';
import { randomVectors } from '../../support/random-vectors.js';

const work: RankOptions = { signal: new AbortController().signal, progress: () => undefined, threads: 1 };

/** Groups of one to nine rows. */
function groupsOf(rows: number, seed: number): Int32Array {
  const generator = xoroshiro128plus(seed);
  const ends = new Int32Array(rows);
  for (let start = 0; start < rows; ) {
    const end = Math.min(rows, start + uniformInt(generator, 1, 9));
    ends.fill(end, start, end);
    start = end;
  }
  return ends;
}

/** Every pair's distance, put in order. */
function plainly({ vectors: { data, dimension }, ends }: PairSet): Float64Array {
  const distances: number[] = [];
  for (let a = 0; a < ends.length; a++) {
    for (let b = ends[a] as number; b < ends.length; b++) {
      let sum = 0;
      for (let i = 0; i < dimension; i++) {
        sum += ((data[a * dimension + i] as number) - (data[b * dimension + i] as number)) ** 2;
      }
      distances.push(sum);
    }
  }
  return Float64Array.from(distances).sort();
}

function rankOf(sorted: Float64Array, rank: number): RankedDistance {
  const value = sorted[rank] as number;
  const less = sorted.indexOf(value);
  return { value, less, atMost: sorted.lastIndexOf(value) + 1, before: sorted[less - 1] ?? null };
}

type Change = (values: Float32Array, dimension: number) => void;

/** Kinds of vectors that make distances hard to tell apart. */
const KINDS: Readonly<Record<string, Change>> = {
  'spread evenly': () => undefined,
  'that are duplicates of a few': (values, dimension) => {
    const few = values.slice(0, 40 * dimension);
    for (let n = 0; n < values.length; n++) values[n] = few[n % few.length] as number;
  },
  'on a grid, of which many pairs tie': (values) => {
    for (let n = 0; n < values.length; n++) values[n] = Math.round(2 * (values[n] as number)) / 2;
  },
  'in clusters': (values, dimension) => {
    for (let n = 0; n < values.length; n++) {
      const cluster = Math.floor(n / dimension) % 7;
      values[n] = (cluster === n % dimension ? 3 : 0) + (values[n] as number) / 500;
    }
  },
  'far from the origin': (values) => {
    for (let n = 0; n < values.length; n++) values[n] = 1000 + (values[n] as number);
  },
  'that are all one': (values) => values.fill(0.25),
};

/** Some of the distances, some beside them and some beyond all, ascending and each once. */
function marksOf(sorted: Float64Array): Float64Array {
  const some = sorted.filter((_, n) => n % 97 === 0);
  const beside = some.map((distance, n) => distance * (1 + (n % 2 === 0 ? 2 ** -52 : 1e-9)));
  return Float64Array.from(new Set([...some, ...beside, 0, 2 * (sorted.at(-1) as number) + 1])).sort();
}

function amongPlainly(sorted: Float64Array, marks: Float64Array) {
  const [between, equal] = [new Float64Array(marks.length + 1), new Float64Array(marks.length)];
  let below = 0;
  for (const distance of sorted) {
    while (below < marks.length && (marks[below] as number) < distance) below += 1;
    if (marks[below] === distance) equal[below]! += 1;
    else between[below]! += 1;
  }
  const mean = sorted.reduce((sum, distance) => sum + distance, 0) / sorted.length;
  const variance = sorted.reduce((sum, distance) => sum + (distance - mean) ** 2, 0) / sorted.length;
  return { between, equal, mean, variance };
}

for (const [kind, change] of Object.entries(KINDS)) {
  describe(`Distances of all pairs of vectors ${kind}`, () => {
    for (const [rows, dimension, seed] of [
      [1100, 24, 1],
      [90, 127, 3],
    ] as const) {
      const vectors = randomVectors(rows, dimension, seed);
      change(vectors.data, dimension);
      const set = { vectors, ends: groupsOf(rows, seed) };
      let sorted: Float64Array;
      before(() => {
        sorted = plainly(set);
      });

      it(`have the ranks of a plain count: ${rows} × ${dimension}`, async () => {
        const last = sorted.length - 1;
        const ranks = [1e-6, 1e-3, 1e-2, 0.3].map((share) => Math.floor(share * last)).concat(last);
        // Bytes tell nothing of the last ranks.
        for (const [asked, useBytes] of [
          [ranks.slice(0, 3), true],
          [ranks, true],
          [ranks, false],
        ] as const) {
          const found = (await rankedPairs(set, asked, { ...work, useBytes })) ?? assert.fail();
          for (const [n, rank] of asked.entries()) assert.deepEqual(found[n], rankOf(sorted, rank), `rank ${rank}`);
        }
      });

      it(`lie among marks as in a plain count: ${rows} × ${dimension}`, async () => {
        const marks = marksOf(sorted);
        const { between, equal, moments } = await pairsAmong(set, marks, work);
        const expected = amongPlainly(sorted, marks);
        assert.deepEqual([between, equal], [expected.between, expected.equal]);
        assert.equal(moments.count, sorted.length);
        const scale = (sorted.at(-1) as number) || 1;
        assert.ok(Math.abs(moments.mean - expected.mean) <= 1e-12 * scale);
        assert.ok(Math.abs(moments.variance - expected.variance) <= 1e-12 * scale ** 2);
      });

      it(`are from the least to the largest of a plain count: ${rows} × ${dimension}`, async () => {
        assert.deepEqual(await pairRange(set, work), [sorted[0], sorted.at(-1)]);
      });
    }
  });
}

describe('Counting of many pairs', () => {
  const rows = 9000;
  const set = { vectors: randomVectors(rows, 4, 1), ends: groupsOf(rows, 1) };
  const WAYS: Readonly<Record<string, (context: RankOptions) => Promise<unknown>>> = {
    'of their range': (context) => pairRange(set, context),
    'among marks': (context) => pairsAmong(set, Float64Array.of(0.5, 1), context),
    'of ranks by bytes': (context) => rankedPairs(set, [10, 40_000], { ...context, useBytes: true }),
    'of ranks by floats': (context) => rankedPairs(set, [10, 40_000], { ...context, useBytes: false }),
  };
  for (const [what, count] of Object.entries(WAYS)) {
    it(`${what} holds a fraction of their distances, and tells how far it is`, async () => {
      const held = () => {
        const { external, arrayBuffers } = process.memoryUsage();
        return external + arrayBuffers;
      };
      const before = held();
      let [most, told] = [0, 0];
      const progress = (done: number, total: number) => {
        most = Math.max(most, held() - before);
        assert.ok(done / total > told && done <= total);
        told = done / total;
      };
      await count({ ...work, progress });
      assert.equal(told, 1);
      const distances = (8 * (rows * (rows - 1))) / 2;
      assert.ok(most < distances / 3, `${most} bytes of ${distances}`);
    });

    it(`${what} ends at the next block when it is cancelled`, async () => {
      const cancelled = new AbortController();
      let blocks = 0;
      const progress = () => {
        blocks += 1;
        cancelled.abort();
      };
      await assert.rejects(count({ ...work, signal: cancelled.signal, progress }), { name: 'AbortError' });
      assert.equal(blocks, 1);
    });
  }
});

describe('Ranks of so many pairs that threads share them', () => {
  const rows = 16_500;
  const set = { vectors: randomVectors(rows, 6, 5), ends: groupsOf(rows, 5) };
  const ranks = [0, 10, 40_000, 1_000_000];

  it('are those that one thread finds, and how far they are is told to the end', async () => {
    let told = 0;
    const progress = (done: number, total: number) => {
      assert.ok(done / total > told && done <= total);
      told = done / total;
    };
    const shared = await rankedPairs(set, ranks, { ...work, threads: 2, progress });
    assert.equal(told, 1);
    assert.deepEqual(shared, await rankedPairs(set, ranks, work));
  });

  it('are not waited for when they are cancelled', async () => {
    const cancelled = new AbortController();
    // The first strip is this thread's.
    const progress = (done: number) => {
      if (done > 17) cancelled.abort();
    };
    const counted = rankedPairs(set, ranks, { signal: cancelled.signal, threads: 2, progress });
    await assert.rejects(counted, { name: 'AbortError' });
  });
});
