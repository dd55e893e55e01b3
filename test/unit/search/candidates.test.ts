import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Candidates, type CandidatesOptions } from '../../../server/src/compute/search/candidates.js';

/** Offers scores to one query, row by row, and gives the candidates that it has then, by row. */
function afterOffering(scores: readonly number[], options: CandidatesOptions, leftOut = Number.NEGATIVE_INFINITY) {
  const candidates = new Candidates(1, options);
  candidates.leaveOut(0, leftOut);
  for (const [row, score] of scores.entries()) candidates.offer(0, row, score);
  const kept = new Map<number, number>();
  for (let n = 0; n < (candidates.counts[0] as number); n++)
    kept.set(candidates.rows[n] as number, candidates.scores[n] as number);
  return { kept, threshold: candidates.thresholds[0] as number, kth: candidates.kthScore(0) };
}

describe('candidates of a query', () => {
  it('are the rows with the highest scores', () => {
    const { kept, threshold } = afterOffering([5, 9, 1, 7, 3], { k: 1, width: 3 });
    const best = [...kept].filter(([, score]) => score >= threshold);
    assert.deepEqual(best, [
      [0, 5],
      [1, 9],
      [3, 7],
    ]);
    assert.equal(threshold, 5);
  });

  it('leave nothing out while there is room', () => {
    assert.equal(afterOffering([5], { k: 1, width: 3 }).threshold, Number.NEGATIVE_INFINITY);
  });

  it('are within the slack of the k-th best', () => {
    const options = { k: 2, width: 9, slack: Float64Array.of(100) };
    const { kept, threshold, kth } = afterOffering([1270, 1270, 1160, 1161], options);
    assert.equal(threshold, 1160);
    assert.equal(kth, 1270);
    assert.deepEqual([...kept.keys()], [0, 1, 3]);
  });

  it('are none that are excluded, nor with a score that was left out', () => {
    const options = { k: 1, width: 2, exclude: Int32Array.of(1) };
    assert.deepEqual([...afterOffering([10, 12, 9, 11], options, 10).kept], [[3, 11]]);
  });

  const score = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
  it('are all rows with a score above the threshold, and of those the best, however many are offered', () => {
    const choices = fc.record({
      scores: fc.array(score, { maxLength: 200 }),
      k: fc.integer({ min: 1, max: 12 }),
      more: fc.integer({ min: 0, max: 12 }),
      slack: fc.option(fc.double({ min: 0, max: 50, noNaN: true }), { nil: undefined }),
    });
    fc.assert(
      fc.property(choices, ({ scores, k, more, slack }) => {
        const given = slack === undefined ? undefined : Float64Array.of(slack);
        const { kept, threshold, kth } = afterOffering(scores, { k, width: k + more, slack: given });
        for (const [row, score] of scores.entries()) {
          if (score > threshold) assert.equal(kept.get(row), score);
        }
        const ranked = [...scores].sort((a, b) => b - a);
        assert.equal(kth, ranked[k - 1] ?? Number.NEGATIVE_INFINITY);
        assert.ok(kept.size >= Math.min(k, scores.length), 'the k best are among them');
        assert.ok([...kept.values()].filter((score) => score >= kth).length >= Math.min(k, scores.length));
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
