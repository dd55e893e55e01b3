import { ZERO_POINT } from '../block-graph.js';

/** The largest value of a digit. */
const DIGIT = 127;
/** More than vectors of like lengths need. A bias lower than so many reach counts as the lowest that they do. */
const MOST_DIGITS = 32;

/**
 * What is added to a row's product for it to be a score: minus half its squared norm, or up to a step more. In whole
 * steps above an offset that all rows share, it is the sum of digits that stand behind the row's values.
 */
export interface RowBias {
  readonly digits: number;
  /** For each row. */
  readonly steps: Int32Array;
  readonly offset: number;
}

/** The inner product is a score as it is. */
export function noBias(rows: number): RowBias {
  return { digits: 0, steps: new Int32Array(rows), offset: 0 };
}

/** The bias of rows with these norms; `step` is what a digit of 1 is worth. */
export function biasOf(norms: Float64Array, step: number): RowBias {
  if (norms.length === 0) return noBias(0);
  const needed = norms.map((norm) => Math.ceil((-0.5 * norm * norm) / step));
  const highest = needed.reduce((a, b) => Math.max(a, b));
  const lowest = needed.reduce((a, b) => Math.min(a, b));
  const digits = Math.min(MOST_DIGITS, Math.ceil((highest - lowest) / (2 * DIGIT)));
  const middle = highest - digits * DIGIT;
  const steps = Int32Array.from(needed, (bias) => Math.max(bias - middle, -digits * DIGIT));
  return { digits, steps, offset: middle * step };
}

/** Writes a row's steps as digits, in unsigned bytes with 0 at 128. */
export function writeDigits(steps: number, into: Uint8Array): void {
  let rest = steps;
  for (let n = 0; n < into.length; n++) {
    const digit = Math.max(-DIGIT, Math.min(DIGIT, rest));
    into[n] = digit + ZERO_POINT;
    rest -= digit;
  }
}
