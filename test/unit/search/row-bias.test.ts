import assert from 'node:assert/strict';
import { biasOf, writeDigits } from '../../../server/src/compute/search/bytes/row-bias.js';

const sumOf = (digits: Uint8Array) => digits.reduce((sum, digit) => sum + digit - 128, 0);

describe('the bias of a row', () => {
  it('is minus half its squared norm, or up to a step more', () => {
    const norms = Float64Array.from({ length: 200 }, (_, n) => 3 + Math.sin(n) * 2);
    const { steps, offset, digits } = biasOf(norms, 0.01);
    assert.ok(digits > 1);
    for (const [n, norm] of norms.entries()) {
      const above = 0.01 * steps[n] + offset + norm ** 2 / 2;
      assert.ok(above > -1e-12 && above < 0.01 + 1e-12, `${norm}: ${above}`);
    }
  });

  it('is more where norms differ by more than digits can say', () => {
    const { steps, offset, digits } = biasOf(Float64Array.of(1, 1000, 2), 0.01);
    assert.ok(digits < 100);
    assert.ok(Math.abs(0.01 * steps[0] + offset + 0.5) < 0.011);
    assert.ok(0.01 * steps[1] + offset > -500_000);
    assert.ok(Math.abs(0.01 * steps[2] + offset + 2) < 0.011);
  });

  it('needs no digit where all norms are one', () => {
    const { digits, offset } = biasOf(Float64Array.of(2, 2), 0.5);
    assert.deepEqual([digits, offset], [0, -2]);
  });

  for (const steps of [0, 1, -1, 127, 128, 300, -381, 381]) {
    it(`of ${steps} steps is the sum of its digits`, () => {
      const digits = new Uint8Array(3);
      writeDigits(steps, digits);
      assert.equal(sumOf(digits), steps);
    });
  }
});
