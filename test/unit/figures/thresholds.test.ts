import assert from 'node:assert/strict';
import type { Matrix } from '../../../server/src/plugins/declare.js';
import { histogramOf } from '../../../server/src/runner/figures/histogram.js';
import { thresholdsOf } from '../../../server/src/runner/figures/thresholds.js';
import { randomVectors } from '../../support/random-vectors.js';

/** Points on a line. */
function line(...places: number[]): Matrix {
  return { data: Float32Array.from(places), rows: places.length, dimension: 1 };
}

describe('Thresholds', () => {
  const photographs = ['ana', 'ana', 'ana', 'bo', null, null].map((identity, n) => ({ identity, hash: `${n}` }));
  const images = line(0, 1, 3, 10, 5, 5);

  it('are a percentile of the squared distances to the others of the same identity', () => {
    const largest = thresholdsOf(images, photographs, { percentile: 100, unit: 'squared-l2' });
    assert.deepEqual(largest.slice(0, 3), [9, 4, 9]);
    const middle = thresholdsOf(images, photographs, { percentile: 50, unit: 'squared-l2' });
    assert.deepEqual(middle.slice(0, 3), [5, 2.5, 6.5]);
  });

  it('are in plain distances where these are asked for, which is no square root of the others', () => {
    const middle = thresholdsOf(images, photographs, { percentile: 50, unit: 'l2' });
    assert.deepEqual(middle.slice(0, 3), [2, 1.5, 2.5]);
  });

  it('do not exist for an identity with one image, nor where none is known', () => {
    const all = thresholdsOf(images, photographs, { percentile: 95, unit: 'squared-l2' });
    assert.deepEqual(all.slice(3), [null, null, null]);
  });
});

describe('Thresholds of photographs that are there twice', () => {
  it('are of other photographs alone, in 50 random sets, and none where there are only copies', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { data } = randomVectors(1, 60, seed);
      // A vector a content: copies are equally far from everything.
      const contents = Array.from(data, (value) => Math.floor(12 * (value + 1)));
      const photographs = contents.map((content) => ({ identity: `person ${content % 5}`, hash: `${content}` }));
      const all = thresholdsOf(line(...contents), photographs, { percentile: 0, unit: 'l2' });
      for (const [row, own] of contents.entries()) {
        const others = contents.filter((other) => other % 5 === own % 5 && other !== own);
        const nearest = others.length === 0 ? null : Math.min(...others.map((other) => Math.abs(other - own)));
        assert.equal(all[row], nearest);
        assert.notEqual(all[row], 0);
      }
    }
  });
});

describe('A histogram', () => {
  it('counts every value once, the highest in the last bin', () => {
    const { edges, counts } = histogramOf([0, 0.04, 0.05, 0.5, 1]);
    assert.equal(edges.length, 21);
    assert.deepEqual([edges[0], edges[20]], [0, 1]);
    assert.deepEqual([counts[0], counts[1], counts[10], counts[19]], [2, 1, 1, 1]);
    assert.equal(
      counts.reduce((a, b) => a + b),
      5,
    );
  });

  it('has bins around values that are all equal, and none for no values', () => {
    const { edges, counts } = histogramOf([2, 2, 2]);
    assert.deepEqual([edges[0], edges[20], counts[10]], [1.5, 2.5, 3]);
    assert.deepEqual(histogramOf([]), { edges: [], counts: [] });
  });
});
