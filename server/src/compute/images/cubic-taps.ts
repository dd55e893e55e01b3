/** Bits behind the point of a weight: with more, a sum of 8-bit values times weights would leave 32 bits. */
const PRECISION = 22;
/** The cubic kernel reaches two pixels to each side of its centre. */
const REACH = 2;

/** For each output pixel the input pixels that it is made of, and their weights in fixed point. */
export interface Taps {
  /** The input pixels that are used at all: from `from` to before `to`. */
  readonly from: number;
  readonly to: number;
  /** First input pixel of each output pixel, counted from `from`. */
  readonly first: Int32Array;
  /** Weights of output pixel `n`: those from `start[n]` to `start[n + 1]`. */
  readonly start: Int32Array;
  readonly weights: Int32Array;
}

/**
 * Taps of the middle `kept` of `count` output pixels, when `length` input pixels are resampled to `count`: bicubic
 * (a = -0.5) and antialiased, as Pillow has them.
 */
export function cubicTaps(length: number, count: number, kept: number): Taps {
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
  const from = first[0];
  const to = first[kept - 1] + start[kept] - start[kept - 1];
  return { from, to, first: first.map((pixel) => pixel - from), start, weights: Int32Array.from(weights) };
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
