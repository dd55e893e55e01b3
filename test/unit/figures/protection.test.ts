import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  classify,
  fitLogistic,
  type LabelledRows,
  lossOf,
} from '../../../server/src/runner/figures/protection/logistic-regression.js';
import {
  type Labelled,
  type ProtectionCase,
  protectionOf,
} from '../../../server/src/runner/figures/protection/protection.js';
import { askPeer, needsPeers } from '../../support/peer-venv.js';
import { randomVectors } from '../../support/random-vectors.js';

const SCRIPT = fileURLToPath(new URL('../../support/protection-by-sklearn.py', import.meta.url));

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
    const norm = (vector: Float64Array) => Math.hypot(...vector);
    const start = norm(lossOf(rows, new Float64Array(3 * 6)).gradient);
    assert.ok(norm(lossOf(rows, fitLogistic(rows)).gradient) <= 1e-7 * start);
  });

  it('has the gradient that differences of the loss give', () => {
    const rows = { data: Float64Array.of(1, 2, -1, 0.5), features: 2, labels: [0, 1], classes: 2 };
    const weights = Float64Array.of(0.3, -0.2, 0.1, 0.5, 0.4, -0.6);
    const { loss, gradient } = lossOf(rows, weights);
    assert.ok(Math.abs(loss - plainLoss(rows, weights)) < 1e-12);
    for (let i = 0; i < weights.length; i++) {
      const moved = (by: number) =>
        lossOf(
          rows,
          weights.map((value, j) => (i === j ? value + by : value)),
        ).loss;
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

/** A gallery of 8 people with 6 photographs each in 24 dimensions, two tests a person, and who is moved elsewhere. */
function randomCase(seed: number): ProtectionCase {
  const dimension = 24;
  const draw = (rows: number, from: number) => randomVectors(rows, dimension, 1000 * seed + from);
  const centres = draw(8, 0).data;
  const photographs = (people: readonly number[], from: number, towards = 0): Labelled => {
    const vectors = draw(people.length, from);
    const data = vectors.data.map((value, i) => {
      const person = people[Math.floor(i / dimension)];
      const [own, other] = [person, (person + 1) % 8].map((n) => centres[n * dimension + (i % dimension)]);
      return 1.4 * value + (1 - towards) * own + towards * other;
    });
    return { vectors: { ...vectors, data }, identities: people.map((person) => `person ${person}`) };
  };
  const each = (times: number) => Array.from({ length: 8 * times }, (_, n) => n % 8);
  return { gallery: photographs(each(6), 1), tests: photographs(each(2), 2), perturbed: photographs(each(6), 3, 0.6) };
}

describe('Protection beside scikit-learn (skipped where it is absent in the environment of peers)', () => {
  let folder: string;
  before(async function () {
    needsPeers.call(this, 'numpy', 'sklearn');
    folder = await mkdtemp(join(tmpdir(), 'lookalike-'));
  });
  after(() => folder && rm(folder, { recursive: true }));

  it('is that of its logistic regression on the same vectors, at two tolerances, in 8 generated galleries', async () => {
    const cases = Array.from({ length: 8 }, (_, n) => randomCase(n + 1));
    const plain = ({ vectors: { data, dimension }, identities }: Labelled) => ({
      data: [...data],
      dimension,
      identities,
    });
    const file = join(folder, 'cases.json');
    const written = cases.map(({ gallery, tests, perturbed }) => [gallery, tests, perturbed].map(plain));
    await writeFile(file, JSON.stringify(written));
    const peers = askPeer<{ linear: number; loose: number; nn: number }[]>(SCRIPT, file);
    assert.ok(new Set(peers.map(({ linear }) => linear)).size > 3, 'the cases differ');
    for (const [n, { linear, nn }] of peers.entries()) {
      assert.deepEqual(protectionOf(cases[n]), { nn, linear }, `case ${n}`);
    }
    assert.ok(peers.filter(({ linear, loose }) => linear === loose).length >= 7);
  });
});

function plainLoss(rows: LabelledRows, weights: Float64Array): number {
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
