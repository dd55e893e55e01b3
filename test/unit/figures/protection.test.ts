import assert from 'node:assert/strict';
import { classify, fitLogistic, gradientOf } from '../../../server/src/runner/figures/logistic-regression.js';
import { type Labelled, protectionOf } from '../../../server/src/runner/figures/protection.js';
import { randomVectors } from '../../support/random-vectors.js';

/** Points on a line, each of somebody's. */
function people(...points: [identity: string, place: number][]): Labelled {
  const data = Float32Array.from(points, ([, place]) => place);
  return { vectors: { data, rows: points.length, dimension: 1 }, identities: points.map(([identity]) => identity) };
}

describe('Logistic regression', () => {
  it('ends where the gradient of its loss is all but 0', () => {
    const { data } = randomVectors(60, 5, 1);
    const labels = Array.from({ length: 60 }, (_, n) => n % 3);
    const rows = { data: Float64Array.from(data), features: 5, labels, classes: 3 };
    const size = 3 * 6;
    const norm = (vector: Float64Array) => Math.hypot(...vector);
    const start = norm(gradientOf(rows, new Float64Array(size)));
    assert.ok(norm(gradientOf(rows, fitLogistic(rows))) <= 1e-3 * start);
  });

  it('has the gradient that differences of the loss give', () => {
    const rows = { data: Float64Array.of(1, 2, -1, 0.5), features: 2, labels: [0, 1], classes: 2 };
    const weights = Float64Array.of(0.3, -0.2, 0.1, 0.5, 0.4, -0.6);
    const gradient = gradientOf(rows, weights);
    for (let i = 0; i < weights.length; i++) {
      const moved = (by: number) =>
        loss(
          rows,
          weights.map((value, j) => (i === j ? value + by : value)),
        );
      assert.ok(Math.abs((moved(1e-5) - moved(-1e-5)) / 2e-5 - gradient[i]) < 1e-6);
    }
  });

  it('separates what can be separated', () => {
    const rows = { data: Float64Array.of(-2, -1, 0, 0.1, 1, 2), features: 1, labels: [0, 0, 1, 1, 2, 2], classes: 3 };
    const weights = fitLogistic(rows);
    assert.equal(classify(weights, Float64Array.of(-3), 3), 0);
    assert.equal(classify(weights, Float64Array.of(3), 3), 2);
  });
});

describe('The protection rate', () => {
  const gallery = people(['ana', 0], ['ana', 1], ['bo', 10], ['bo', 11], ['cy', 20], ['cy', 21]);
  const tests = people(['ana', 0.5], ['bo', 10.5], ['cy', 20.5], ['ana', 1.5]);

  it('is 0 where perturbed photographs are where the clean ones are', () => {
    assert.deepEqual(protectionOf({ gallery, tests, perturbed: people(['ana', 0], ['ana', 1]) }), { nn: 0, linear: 0 });
  });

  it('is 1 where they are elsewhere, so that somebody else is nearest', () => {
    assert.equal(protectionOf({ gallery, tests, perturbed: people(['ana', 30], ['ana', 31]) }).nn, 1);
  });

  it('is averaged over people, each alone in being perturbed', () => {
    const perturbed = people(['ana', 30], ['bo', 10]);
    assert.equal(protectionOf({ gallery, tests, perturbed }).nn, 0.5);
  });

  it('is by the nearest neighbour alone where the gallery is too large for logistic regression', () => {
    // 300 people with a photograph each: 300 × 300 × 2,300 products are more than 2e8.
    const vectors = randomVectors(300, 2300, 1);
    const all = { vectors, identities: Array.from({ length: 300 }, (_, n) => `person ${n}`) };
    const one = { vectors: randomVectors(1, 2300, 2), identities: ['person 7'] };
    const { nn, linear } = protectionOf({ gallery: all, tests: one, perturbed: one });
    assert.deepEqual([nn, linear], [0, null]);
  });

  it('does not exist where nobody’s perturbed photographs are left', () => {
    assert.deepEqual(protectionOf({ gallery, tests, perturbed: people() }), { nn: null, linear: null });
  });
});

function loss(rows: Parameters<typeof gradientOf>[0], weights: Float64Array): number {
  const width = rows.features + 1;
  let sum = 0;
  for (const [n, label] of rows.labels.entries()) {
    const scores = Array.from({ length: rows.classes }, (_, k) => {
      const features = Array.from(
        { length: rows.features },
        (_, i) => weights[k * width + i] * rows.data[n * rows.features + i],
      );
      return features.reduce((a, b) => a + b, weights[k * width + rows.features]);
    });
    sum += Math.log(scores.reduce((total, score) => total + Math.exp(score), 0)) - scores[label];
  }
  return weights.reduce((total, w, i) => total + (i % width === rows.features ? 0 : (w * w) / 2), sum);
}
