import assert from 'node:assert/strict';
import type { RgbImage } from '../../../server/src/compute/images/decode.js';
import { scaledToBudget } from '../../../server/src/compute/perturbations/visibility/budget.js';
import { visibilityFrom } from '../../../server/src/compute/perturbations/visibility/visibility.js';
import { Random } from '../../../server/src/compute/random.js';

const random = new Random(8);

function picture(width: number, height: number): RgbImage {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) =>
    Math.round(128 + 80 * Math.sin(i / 40) + random.between(-20, 20)),
  );
  return { data, width, height };
}

function changed(image: RgbImage, by: (i: number) => number): RgbImage {
  return { ...image, data: Uint8Array.from(image.data, (value, i) => Math.max(0, Math.min(255, value + by(i)))) };
}

/** Changes of all kinds: of every value alike, of few levels, of a part, of many levels. */
const CHANGES: Record<string, (i: number) => number> = {
  'sign steps of 8': () => (random.chance(0.5) ? 8 : -8),
  'sign steps of 1': () => (random.chance(0.5) ? 1 : -1),
  'uniform noise within 12': () => Math.round(random.between(-12, 12)),
  'a brighter picture': () => 5,
  'a change of one value in ten': (i) => (i % 10 === 0 ? 30 : 0),
  'a change of most of the range': () => Math.round(random.between(-200, 200)),
};
const BUDGETS = [{ dssim: 0.004 }, { dssim: 0.02 }, { dssim: 0.1 }, { psnr: 40 }, { psnr: 30 }, { psnr: 24 }];

describe('A change that is brought to a budget of visibility', () => {
  for (const [what, by] of Object.entries(CHANGES)) {
    for (const budget of BUDGETS) {
      const name = JSON.stringify(budget);
      it(`is within 1 % below ${name} in 8 bits: ${what}`, () => {
        const original = picture(48, 40);
        const fitted = scaledToBudget(original, changed(original, by), budget, (image) =>
          visibilityFrom(original)(image),
        );
        assert.ok(fitted.ok, JSON.stringify(fitted));
        const { dssim, psnr } = visibilityFrom(original)(fitted.value);
        const [reached, asked] =
          'dssim' in budget
            ? [dssim ?? 0, budget.dssim as number]
            : [10 ** (-(psnr ?? 0) / 10), 10 ** (-(budget.psnr as number) / 10)];
        assert.ok(reached <= asked && reached >= 0.99 * asked, `${reached} of ${asked}`);
      });
    }
  }

  it('keeps its direction: no value changes against it, and none by more than a level beyond what it is scaled to', () => {
    const original = picture(48, 40);
    const perturbed = changed(original, CHANGES['uniform noise within 12']);
    const fitted = scaledToBudget(original, perturbed, { psnr: 36 }, visibilityFrom(original));
    assert.ok(fitted.ok);
    const [before, wanted, got] = [original, perturbed, fitted.value].map(({ data }) => data);
    const squares = (of: Uint8Array) => of.reduce((sum, value, i) => sum + (value - before[i]) ** 2, 0);
    const strength = Math.sqrt(squares(got) / squares(wanted));
    for (let i = 0; i < got.length; i++) {
      const [asked, done] = [strength * (wanted[i] - before[i]), got[i] - before[i]];
      assert.ok(asked * done >= 0 && Math.abs(asked - done) <= 1.25, `${asked} became ${done}`);
    }
  });

  it('is the same bytes again, and the change itself where it fits as it is', () => {
    const original = picture(30, 30);
    const perturbed = changed(original, CHANGES['sign steps of 8']);
    const measure = visibilityFrom(original);
    const [once, twice] = [0, 1].map(() => scaledToBudget(original, perturbed, { psnr: 35 }, measure));
    assert.deepEqual(once, twice);
    const { psnr } = measure(perturbed);
    const same = scaledToBudget(original, perturbed, { psnr: (psnr ?? 0) - 0.01 }, measure);
    assert.ok(same.ok);
    assert.deepEqual(same.value.data, perturbed.data);
  });

  it('is refused where nothing is changed, where all there is does not reach it, and where SSIM has no window', () => {
    const original = picture(30, 30);
    const measured = visibilityFrom(original);
    const refused = [
      scaledToBudget(original, original, { dssim: 0.01 }, measured),
      scaledToBudget(
        original,
        changed(original, (i) => (i === 5 ? 9 : 0)),
        { psnr: 20 },
        measured,
      ),
    ];
    const tiny = picture(8, 8);
    refused.push(
      scaledToBudget(
        tiny,
        changed(tiny, () => 3),
        { dssim: 0.01 },
        visibilityFrom(tiny),
      ),
    );
    for (const result of refused) assert.equal(!result.ok && result.problem.code, 'budget-unreached');
  });
});
