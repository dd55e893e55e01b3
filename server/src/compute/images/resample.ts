import type { RgbImage } from './decode.js';

/** `crop` keeps the middle square of the photograph, `stretch` all of it. */
export type SquareFit = 'crop' | 'stretch';

/** Bits behind the point of a weight: with more, a sum of 8-bit values times weights would leave 32 bits. */
const PRECISION = 22;
const HALF = 1 << (PRECISION - 1);
/** The cubic kernel reaches two pixels to each side of its centre. */
const REACH = 2;

/**
 * Resamples to a square of `size` pixels exactly as Pillow and torchvision do in CLIP's own preprocessing: bicubic
 * (a = -0.5), antialiased, across and then down, rounded to 8 bits after each. With `crop` the shorter side becomes
 * `size` and the middle is cut out; only the pixels that stay are computed.
 */
export function resampleToSquare(image: RgbImage, size: number, fit: SquareFit): RgbImage {
  const shorter = Math.min(image.width, image.height);
  const resized = (side: number) => (fit === 'stretch' ? size : Math.trunc((size * side) / shorter));
  const across = cubicTaps(image.width, resized(image.width), size);
  const down = cubicTaps(image.height, resized(image.height), size);
  const narrow = resampleAcross(image, across, down.from, down.to);
  return { data: resampleDown(narrow, 3 * size, down), width: size, height: size };
}

/** For each output pixel the input pixels that it is made of, and their weights in fixed point. */
interface Taps {
  /** First input pixel of each output pixel. */
  readonly first: Int32Array;
  /** Weights of output pixel `n`: those from `start[n]` to `start[n + 1]`. */
  readonly start: Int32Array;
  readonly weights: Int32Array;
  /** The input pixels that are used at all: from `from` to before `to`. */
  readonly from: number;
  readonly to: number;
}

/** Taps of the middle `kept` of `count` output pixels, when `length` input pixels are resampled to `count`. */
function cubicTaps(length: number, count: number, kept: number): Taps {
  const scale = length / count;
  const stretch = Math.max(1, scale);
  const skipped = roundHalfEven((count - kept) / 2);
  const first = new Int32Array(kept);
  const start = new Int32Array(kept + 1);
  const weights: number[] = [];
  for (let n = 0; n < kept; n++) {
    const centre = (n + skipped + 0.5) * scale;
    first[n] = Math.max(0, Math.trunc(centre - REACH * stretch + 0.5));
    const end = Math.min(length, Math.trunc(centre + REACH * stretch + 0.5));
    const shares = Array.from({ length: end - first[n] }, (_, i) => cubic((first[n] + i - centre + 0.5) / stretch));
    const sum = shares.reduce((total, share) => total + share, 0);
    for (const share of shares) weights.push(toFixedPoint(share / sum));
    start[n + 1] = weights.length;
  }
  const to = first[kept - 1] + start[kept] - start[kept - 1];
  return { first, start, weights: Int32Array.from(weights), from: first[0], to };
}

/** Keys' cubic convolution kernel with a = -0.5. */
function cubic(x: number): number {
  const distance = Math.abs(x);
  if (distance >= REACH) return 0;
  if (distance >= 1) return -0.5 * (((distance - 5) * distance + 8) * distance - 4);
  return (1.5 * distance - 2.5) * distance * distance + 1;
}

function toFixedPoint(weight: number): number {
  return Math.trunc(weight * 2 ** PRECISION + (weight < 0 ? -0.5 : 0.5));
}

/** Python's `round`, by which torchvision centres its crop. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}

/** The rows from `top` to before `bottom`, each resampled. */
function resampleAcross({ data, width }: RgbImage, taps: Taps, top: number, bottom: number): Uint8ClampedArray {
  const { first, start, weights } = taps;
  const result = new Uint8ClampedArray(3 * first.length * (bottom - top));
  let to = 0;
  for (let row = top; row < bottom; row++) {
    for (let n = 0; n < first.length; n++) {
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      let at = 3 * (row * width + first[n]);
      for (let i = start[n]; i < start[n + 1]; i++) {
        const weight = weights[i];
        red = (red + Math.imul(weight, data[at])) | 0;
        green = (green + Math.imul(weight, data[at + 1])) | 0;
        blue = (blue + Math.imul(weight, data[at + 2])) | 0;
        at += 3;
      }
      result[to++] = red >> PRECISION;
      result[to++] = green >> PRECISION;
      result[to++] = blue >> PRECISION;
    }
  }
  return result;
}

/** `rows` are of `length` values each, the first of them input row `taps.from`. */
function resampleDown(rows: Uint8ClampedArray, length: number, { first, start, weights, from }: Taps): Uint8Array {
  const result = new Uint8ClampedArray(length * first.length);
  const sums = new Int32Array(length);
  for (let n = 0; n < first.length; n++) {
    sums.fill(HALF);
    let at = (first[n] - from) * length;
    for (let i = start[n]; i < start[n + 1]; i++) {
      const weight = weights[i];
      for (let x = 0; x < length; x++) sums[x] = (sums[x] + Math.imul(weight, rows[at++])) | 0;
    }
    for (let x = 0; x < length; x++) result[n * length + x] = sums[x] >> PRECISION;
  }
  return new Uint8Array(result.buffer);
}
