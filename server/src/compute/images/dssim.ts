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
  return dssimFrom(a)(b);
}

/** The same from one image to any of its size, of whose windows the statistics are computed once. */
export function dssimFrom(a: RgbImage): (b: RgbImage) => number | null {
  if (Math.min(a.width, a.height) < WINDOW) return () => null;
  const channels = [0, 1, 2].map((channel) => {
    const plane = channelOf(a, channel);
    return { plane, mean: blur(plane, a.width), square: blur(product(plane, plane), a.width) };
  });
  return (b) => {
    if (a.width !== b.width || a.height !== b.height) throw new Error('Images of two sizes were compared');
    const ssims = channels.map((of, channel) => meanSsim(of, channelOf(b, channel), a.width));
    return (1 - ssims.reduce((sum, ssim) => sum + ssim, 0) / ssims.length) / 2;
  };
}

interface Channel {
  readonly plane: Float64Array;
  /** Of its values, and of their squares, by window. */
  readonly mean: Float64Array;
  readonly square: Float64Array;
}

function meanSsim(a: Channel, b: Float64Array, width: number): number {
  const mean = blur(b, width);
  const [square, both] = [product(b, b), product(a.plane, b)].map((plane) => blur(plane, width));
  let sum = 0;
  for (let i = 0; i < mean.length; i++) {
    const [ma, mb] = [a.mean[i], mean[i]];
    const [va, vb, cov] = [a.square[i] - ma * ma, square[i] - mb * mb, both[i] - ma * mb];
    sum += ((2 * ma * mb + C1) * (2 * cov + C2)) / ((ma * ma + mb * mb + C1) * (va + vb + C2));
  }
  return sum / mean.length;
}

function channelOf({ data }: RgbImage, channel: number): Float64Array {
  const plane = new Float64Array(data.length / 3);
  for (let i = 0; i < plane.length; i++) plane[i] = data[3 * i + channel];
  return plane;
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = a[i] * b[i];
  return result;
}

/** The weighted mean of every whole window: along the rows, then along the columns. */
function blur(plane: Float64Array, width: number): Float64Array {
  const narrower = width - WINDOW + 1;
  const rows = new Float64Array((plane.length / width) * narrower);
  for (let i = 0, start = 0; i < rows.length; start += width) {
    for (let x = 0; x < narrower; x++, i++) rows[i] = weighted(plane, start + x, 1);
  }
  const result = new Float64Array(rows.length - (WINDOW - 1) * narrower);
  for (let i = 0; i < result.length; i++) result[i] = weighted(rows, i, narrower);
  return result;
}

function weighted(plane: Float64Array, first: number, step: number): number {
  let sum = 0;
  for (let k = 0; k < WINDOW; k++) sum += KERNEL[k] * plane[first + k * step];
  return sum;
}

function gaussian(): Float64Array {
  const weights = Float64Array.from({ length: WINDOW }, (_, i) =>
    Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
