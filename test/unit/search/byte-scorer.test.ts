import assert from 'node:assert/strict';
import { ByteScorer } from '../../../server/src/compute/search/bytes/byte-scorer.js';
import { ByteQueries, ByteRows } from '../../../server/src/compute/search/bytes/byte-vectors.js';
import { randomVectors } from '../../support/random-vectors.js';

const DIMENSION = 20;

describe('scores in bytes', () => {
  const gallery = randomVectors(1500, DIMENSION, 1);
  const rows = new ByteRows(gallery, 'l2');
  const some = randomVectors(37, DIMENSION, 2);
  const queries = new ByteQueries(some, rows, 64);
  let scorer: ByteScorer;
  let scores: Map<string, number>;

  before(async () => {
    scorer = await ByteScorer.open(rows.length, 2);
    scores = new Map();
    const none = new Float64Array(37).fill(Number.NEGATIVE_INFINITY);
    await scorer.visitAbove(rows.at(0), queries.at(0), none, (row, query, score) =>
      scores.set(`${row} ${query}`, score),
    );
  });
  after(() => scorer.close());

  it('are those of squared L2 within what rounding took away', () => {
    assert.equal(scores.size, 1024 * 37);
    const unit = queries.scale * rows.scale;
    for (const [pair, score] of scores) {
      const [row, query] = pair.split(' ').map(Number);
      const { norms, residuals } = queries.measures;
      const { largestNorm, largestResidual } = rows.measures;
      const error = norms[query] * largestResidual + residuals[query] * (largestNorm + largestResidual);
      const expected = (norms[query] ** 2 - distance(row, query)) / 2;
      const found = unit * score + rows.bias.offset;
      assert.ok(found >= expected - error && found <= expected + error + unit * 64, `${pair}: ${found}, ${expected}`);
    }
  });

  for (const share of [0.3, 0.9, 0.999]) {
    it(`above the ${share} quantile pass the sieve, and are at most what it says`, async () => {
      const thresholds = Float64Array.from({ length: 37 }, (_, query) => quantile(query, share));
      const passed = new Map<string, number>();
      const count = await scorer.visitSieved(rows.at(0), queries.at(0), thresholds, (row, query, score) =>
        passed.set(`${row} ${query}`, score),
      );
      assert.equal(passed.size, count);
      for (const [pair, score] of scores) {
        const threshold = thresholds[Number(pair.split(' ')[1])];
        const highest = passed.get(pair);
        if (score > threshold) assert.ok(highest !== undefined, `${pair} is missing`);
        if (highest === undefined) continue;
        assert.ok(score <= highest && highest <= score + threshold / 127 + 1, `${pair}: ${score}, ${highest}`);
      }
    });
  }

  function quantile(query: number, share: number): number {
    const own = [...scores].filter(([pair]) => pair.endsWith(` ${query}`)).map(([, score]) => score);
    own.sort((a, b) => a - b);
    return Math.max(128, own[Math.floor(share * own.length)]);
  }

  function distance(row: number, query: number): number {
    let sum = 0;
    for (let i = 0; i < DIMENSION; i++) {
      sum += (gallery.data[row * DIMENSION + i] - some.data[query * DIMENSION + i]) ** 2;
    }
    return sum;
  }
});
