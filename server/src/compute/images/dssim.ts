import type { RgbImage } from './decode.js';

/** Constants of the published attacks (docs/constants.md), which are those of Wang et al., TIP 13(4), 2004. */
const WINDOW = 11;
const SIGMA = 1.5;
const MAX = 255;
const C1 = (0.01 * MAX) ** 2;
const C2 = (0.03 * MAX) ** 2;

const KERNEL = gaussian();

/**
 * The structural dissimilarity (1 − SSIM) / 2 of two images of one size, 0 for equal ones: a Gaussian window of 11
 * pixels wherever it lies wholly inside, averaged over pixels, then over channels. Null for images smaller than it.
 */
export function dssim(a: RgbImage, b: RgbImage): number | null {
  if (a.width !== b.width || a.height !== b.height) throw new Error('Images of two sizes were compared');
  if (Math.min(a.width, a.height) < WINDOW) return null;
  const channels = [0, 1, 2].map((channel) => meanSsim(channelOf(a, channel), channelOf(b, channel), a.width));
  return (1 - channels.reduce((sum, ssim) => sum + ssim, 0) / channels.length) / 2;
}

function meanSsim(a: Float64Array, b: Float64Array, width: number): number {
  const means = [a, b].map((plane) => blur(plane, width));
  const squares = [product(a, a), product(b, b), product(a, b)].map((plane) => blur(plane, width));
  let sum = 0;
  for (let i = 0; i < means[0].length; i++) {
    const [ma, mb] = [means[0][i], means[1][i]];
    const [va, vb, cov] = [squares[0][i] - ma * ma, squares[1][i] - mb * mb, squares[2][i] - ma * mb];
    sum += ((2 * ma * mb + C1) * (2 * cov + C2)) / ((ma * ma + mb * mb + C1) * (va + vb + C2));
  }
  return sum / means[0].length;
}

function channelOf({ data }: RgbImage, channel: number): Float64Array {
  return Float64Array.from({ length: data.length / 3 }, (_, pixel) => data[3 * pixel + channel]);
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value * b[i]);
}

/** The weighted mean of every whole window: along the rows, then along the columns. */
function blur(plane: Float64Array, width: number): Float64Array {
  const narrower = width - WINDOW + 1;
  const rows = convolve(plane, (plane.length / width) * narrower, 1, (i) => {
    return Math.floor(i / narrower) * width + (i % narrower);
  });
  return convolve(rows, rows.length - (WINDOW - 1) * narrower, narrower, (i) => i);
}

function convolve(plane: Float64Array, length: number, step: number, start: (i: number) => number): Float64Array {
  const result = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const first = start(i);
    for (let k = 0; k < WINDOW; k++) result[i] += KERNEL[k] * plane[first + k * step];
  }
  return result;
}

function gaussian(): Float64Array {
  const weights = Float64Array.from({ length: WINDOW }, (_, i) =>
    Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
