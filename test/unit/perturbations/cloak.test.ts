import assert from 'node:assert/strict';
import { Cloak, type StepOutcome } from '../../../server/src/compute/perturbations/fawkes/cloak.js';
import { cropFace } from '../../../server/src/compute/perturbations/fawkes/face-crop.js';
import { fawkesSettings } from '../../../server/src/compute/perturbations/fawkes/settings.js';

const SIZE = 12;
const BUDGET = 0.012;

function cloak(schedule: 'published' | 'steady' = 'published', aimed = false): Cloak {
  const image = { width: 40, height: 40, data: new Uint8Array(3 * 40 * 40).fill(100) };
  const crop = cropFace(image, { left: 5, top: 5, right: 30, bottom: 35 }, SIZE);
  return new Cloak(crop, 'hash', { settings: fawkesSettings('mid', schedule), seed: 1, aimed });
}

function step(dssim: number, distance: number, gradient = 0.1): StepOutcome {
  const length = 3 * SIZE * SIZE;
  return {
    dssim,
    distance,
    change: new Float32Array(length).fill(distance),
    gradient: new Float32Array(length).fill(gradient),
  };
}

describe('The search for a cloak', () => {
  it('doubles the weight of the features while little is seen, halves it beyond the budget, and else sets it to 1', () => {
    const search = cloak();
    const weights = [0, 0.005, 0.0107, 0.0109, 0.02, 0.02, 0.0131].map((dssim) => {
      search.advance(step(dssim, 0.1));
      return search.weight;
    });
    assert.deepEqual(weights, [2, 4, 8, 1, 0.5, 0.25, 1]);
  });

  it('starts at 1 again where it turns round', () => {
    const search = cloak();
    for (let n = 0; n < 4; n++) search.advance(step(0, 0.1));
    assert.equal(search.weight, 16);
    search.advance(step(0.05, 0.1));
    assert.equal(search.weight, 1);
  });

  it('leaves the weight as it is in the steady schedule', () => {
    const search = cloak('steady');
    for (const dssim of [0, 0.05, 0.012]) search.advance(step(dssim, 0.1));
    assert.equal(search.weight, 20);
  });

  it('gives the step within the budget that moved the features furthest', () => {
    const search = cloak();
    search.advance(step(0.01, 0.5));
    search.advance(step(1.1 * BUDGET, 0.7));
    search.advance(step(1.2 * BUDGET, 0.9));
    search.advance(step(0.01, 0.6));
    assert.equal(Math.fround(search.result()[0]), Math.fround(0.7));
  });

  it('that is aimed at a face gives the step within the budget that came nearest to it', () => {
    const search = cloak('published', true);
    search.advance(step(0.01, 0.9));
    search.advance(step(0.01, 0.2));
    search.advance(step(1.2 * BUDGET, 0.1));
    search.advance(step(0.005, 0.4));
    assert.equal(Math.fround(search.result()[0]), Math.fround(0.2));
  });

  it('falls back on the last step where the best moved them little and the last no more than is acceptable', () => {
    const search = cloak();
    search.advance(step(0.01, 0.2));
    search.advance(step(0.0149, 0.4));
    assert.equal(Math.fround(search.result()[0]), Math.fround(0.4));
    search.advance(step(0.0151, 0.5));
    assert.equal(Math.fround(search.result()[0]), Math.fround(0.2));
  });

  it('ends at a gradient that is not finite', () => {
    const search = cloak();
    assert.equal(search.advance(step(0, 0.1)), true);
    const before = search.modifier.slice();
    assert.equal(search.advance(step(0, 0.1, Number.NaN)), false);
    assert.deepEqual(search.modifier, before);
  });

  it('moves the modifier against the gradient', () => {
    const search = cloak();
    const before = search.modifier.slice();
    search.advance(step(0, 0.1, 0.5));
    assert.ok(search.modifier.every((value, i) => value < before[i]));
  });
});
