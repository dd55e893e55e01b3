import assert from 'node:assert/strict';
import type { RgbImage } from '../../../server/src/compute/images/decode.js';
import { dssim } from '../../../server/src/compute/images/dssim.js';
import { randomVectors } from '../../support/random-vectors.js';

function noise(width: number, height: number, seed: number): RgbImage {
  const values = randomVectors(width * height, 3, seed).data;
  return { width, height, data: Uint8Array.from(values, (value) => 128 + 100 * value) };
}

function shifted(image: RgbImage, by: number): RgbImage {
  return { ...image, data: image.data.map((value) => value + by) };
}

/** SSIM as its definition reads: every window by itself, a Gaussian weight for each of its pixels. */
function plainDssim(a: RgbImage, b: RgbImage): number {
  const weights = Array.from({ length: 121 }, (_, i) => {
    const [x, y] = [(i % 11) - 5, Math.floor(i / 11) - 5];
    return Math.exp(-(x * x + y * y) / (2 * 1.5 ** 2));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  const values: number[] = [];
  for (let top = 0; top + 11 <= a.height; top++) {
    for (let left = 0; left + 11 <= a.width; left++) {
      for (let channel = 0; channel < 3; channel++) {
        const at = (image: RgbImage, i: number) =>
          image.data[3 * ((top + Math.floor(i / 11)) * image.width + left + (i % 11)) + channel];
        const mean = (f: (i: number) => number) => weights.reduce((sum, w, i) => sum + (w / total) * f(i), 0);
        const [ma, mb] = [mean((i) => at(a, i)), mean((i) => at(b, i))];
        const va = mean((i) => (at(a, i) - ma) ** 2);
        const vb = mean((i) => (at(b, i) - mb) ** 2);
        const cov = mean((i) => (at(a, i) - ma) * (at(b, i) - mb));
        values.push(((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2)));
      }
    }
  }
  return (1 - values.reduce((sum, value) => sum + value, 0) / values.length) / 2;
}

describe('DSSIM', () => {
  it('is 0 for equal images', () => {
    assert.ok(Math.abs(dssim(noise(20, 15, 1), noise(20, 15, 1)) ?? 1) < 1e-12);
  });

  it('is what the definition gives, on images that are not square', () => {
    const [a, b] = [noise(17, 13, 1), noise(17, 13, 2)];
    assert.ok(Math.abs((dssim(a, b) ?? 0) - plainDssim(a, b)) < 1e-10);
    const near = shifted(a, 9);
    assert.ok(Math.abs((dssim(a, near) ?? 0) - plainDssim(a, near)) < 1e-10);
  });

  it('is not defined where the window does not fit', () => {
    assert.equal(dssim(noise(10, 40, 1), noise(10, 40, 2)), null);
  });
});
