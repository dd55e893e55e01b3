import assert from 'node:assert/strict';
import type { RgbImage } from '../../../server/src/compute/images/decode.js';
import { dssim } from '../../../server/src/compute/images/dssim.js';
import { planesOf } from '../../../server/src/compute/images/planes.js';
import { DssimMeter } from '../../../server/src/compute/perturbations/visibility/dssim-meter.js';
import { addWithinBudget } from '../../../server/src/compute/perturbations/visibility/fit-budget.js';
import { Random } from '../../../server/src/compute/random.js';

const random = new Random(3);

function picture(width: number, height: number): RgbImage {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) =>
    Math.round(128 + 80 * Math.sin(i / 40) + random.between(-20, 20)),
  );
  return { data, width, height };
}

function noisy(image: RgbImage, amplitude: number): RgbImage {
  const data = Uint8ClampedArray.from(image.data, (value) => value + random.between(-amplitude, amplitude));
  return { ...image, data: new Uint8Array(data.buffer) };
}

const whole = ({ width, height }: RgbImage) => ({ left: 0, top: 0, width, height });

describe('The meter of structural dissimilarity', () => {
  let meter: DssimMeter;
  before(async () => {
    meter = await DssimMeter.open(1);
  });
  after(() => meter.close());

  it('measures what the plain computation in double precision measures', async () => {
    for (const [width, height, amplitude] of [
      [40, 31, 5],
      [11, 11, 30],
      [64, 80, 0],
    ]) {
      const original = picture(width, height);
      const changed = noisy(original, amplitude);
      const measured = await meter.measure(planesOf(original, whole(original)), planesOf(changed, whole(changed)));
      assert.ok(Math.abs(measured - (dssim(original, changed) as number)) < 1e-5);
    }
  });

  it('has a change made smaller until it fits the budget after rounding, and no smaller than it must be', async () => {
    const image = picture(60, 50);
    const part = { left: 10, top: 5, width: 30, height: 40 };
    const change = { ...planesOf(image, part), data: new Float32Array(3 * 30 * 40).map(() => random.between(-15, 15)) };
    const fitted = await addWithinBudget(image, part, change, 0.01, meter);
    const of = await meter.measure(planesOf(image, part), planesOf(fitted, part));
    assert.ok(of <= 0.01 && of > 0.005, `DSSIM ${of}`);
  });
});
