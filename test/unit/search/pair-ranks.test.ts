import assert from 'node:assert/strict';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type PairSet, rankedPairs } from '../../../server/src/compute/search/pair-ranks.js';
import type { RankedDistance } from '../../../server/src/plugins/declare.js';
import { randomVectors } from '../../support/random-vectors.js';

const work = { signal: new AbortController().signal, progress: () => undefined, threads: 1 };

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

describe('Distances of ranks among all pairs', () => {
  for (const [kind, change] of Object.entries(KINDS)) {
    for (const [rows, dimension, seed] of [
      [1300, 24, 1],
      [1025, 7, 2],
      [90, 128, 3],
    ] as const) {
      it(`are those of a plain count of vectors ${kind}: ${rows} × ${dimension}`, async () => {
        const vectors = randomVectors(rows, dimension, seed);
        change(vectors.data, dimension);
        const set = { vectors, ends: groupsOf(rows, seed) };
        const sorted = plainly(set);
        const last = sorted.length - 1;
        const ranks = [1e-6, 1e-4, 1e-3, 1e-2, 0.3].map((share) => Math.floor(share * last)).concat(last);
        const found = (await rankedPairs(set, ranks, work)) ?? assert.fail();
        for (const [n, rank] of ranks.entries()) assert.deepEqual(found[n], rankOf(sorted, rank), `rank ${rank}`);
      });
    }
  }
});
