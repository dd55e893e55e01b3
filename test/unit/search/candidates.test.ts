import assert from 'node:assert/strict';
import { Candidates } from '../../../server/src/compute/search/candidates.js';

describe('candidates of a query', () => {
  it('are the rows with the highest scores, best first', () => {
    const candidates = new Candidates(1, { k: 1, width: 3 });
    for (const [row, score] of [5, 9, 1, 7, 3].entries()) candidates.offer(0, row, score);
    assert.deepEqual([...candidates.rows], [1, 3, 0]);
    assert.deepEqual([...candidates.scores], [9, 7, 5]);
    assert.equal(candidates.thresholds[0], 5);
  });

  it('leave nothing out while there is room', () => {
    const candidates = new Candidates(1, { k: 1, width: 3 });
    candidates.offer(0, 0, 5);
    assert.equal(candidates.thresholds[0], Number.NEGATIVE_INFINITY);
  });

  it('are within the slack of the k-th best', () => {
    const candidates = new Candidates(1, { k: 2, width: 9, slack: Float64Array.of(100) });
    for (const [row, score] of [1270, 1270, 1160, 1161].entries()) candidates.offer(0, row, score);
    assert.equal(candidates.thresholds[0], 1160);
    assert.deepEqual([...candidates.rows].slice(0, candidates.counts[0]), [0, 1, 3]);
  });

  it('are none that are excluded, nor with a score that was left out', () => {
    const candidates = new Candidates(2, { k: 1, width: 2, exclude: Int32Array.of(-1, 4) });
    candidates.leaveOut(0, 10);
    candidates.offer(0, 4, 10);
    candidates.offer(1, 4, 10);
    candidates.offer(1, 5, 9);
    assert.deepEqual([...candidates.counts], [0, 1]);
    assert.deepEqual([...candidates.rows], [-1, -1, 5, -1]);
  });
});
