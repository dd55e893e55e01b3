import assert from 'node:assert/strict';
import { type AccuracyQuery, accuracyAt } from '../../../server/src/runner/figures/accuracy.js';
import { proportion } from '../../../server/src/statistics/proportion.js';

function query(found: readonly (string | null)[], more: Partial<AccuracyQuery> = {}): AccuracyQuery {
  return { identity: 'ana', found, embedded: true, paired: true, ...more };
}

describe('Top-k accuracy', () => {
  it('counts a query right when any of its k nearest is of its identity', () => {
    const { 1: first, 5: fifth } = accuracyAt(
      [query(['ana', 'bo']), query(['bo', 'ana']), query(['bo', null])],
      [1, 5],
    );
    assert.deepEqual([first.hits, first.of, fifth.hits], [1, 3, 2]);
    assert.equal(fifth.rate, 2 / 3);
  });

  it('looks no further than k', () => {
    const found = ['bo', 'bo', 'bo', 'bo', 'bo', 'ana'];
    assert.equal(accuracyAt([query(found)], [5])[5].hits, 0);
    assert.equal(accuracyAt([query(found)], [6])[6].hits, 1);
  });

  it('leaves queries without an embedding out of the rate, and counts them as misses in rateAll', () => {
    const { 1: top } = accuracyAt([query(['ana']), query([], { embedded: false })], [1]);
    assert.deepEqual([top.of, top.rate, top.rateAll], [1, 1, 0.5]);
  });

  it('counts an identity with one image as wrong, and leaves it out of ratePaired', () => {
    const { 1: top } = accuracyAt([query(['ana']), query(['bo'], { identity: 'cy', paired: false })], [1]);
    assert.deepEqual([top.rate, top.ratePaired], [0.5, 1]);
  });

  it('has no rate where nothing has an embedding', () => {
    const { 1: top } = accuracyAt([query([], { embedded: false })], [1]);
    assert.deepEqual([top.of, top.rate, top.ci95, top.rateAll, top.ratePaired], [0, null, null, 0, null]);
  });
});

describe('Wilson’s 95 % interval', () => {
  for (const [count, of, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [1, 1, 0.2065, 1],
  ]) {
    it(`of ${count} in ${of} is ${low} to ${high}`, () => {
      const { ci95 } = proportion(count, of);
      assert.deepEqual(
        ci95?.map((bound) => Number(bound.toFixed(4))),
        [low, high],
      );
    });
  }

  it('ends at 0 and at 1 exactly where none and all are counted, up to 300, and holds the rate everywhere', () => {
    for (let of = 1; of <= 300; of++) {
      assert.equal(proportion(0, of).ci95?.[0], 0);
      assert.equal(proportion(of, of).ci95?.[1], 1);
      for (let count = 0; count <= of; count += 1 + (of >> 3)) {
        const { rate, ci95 } = proportion(count, of);
        assert.ok(ci95 && rate !== null && ci95[0] >= 0 && ci95[0] <= rate && rate <= ci95[1] && ci95[1] <= 1);
      }
    }
  });
});
