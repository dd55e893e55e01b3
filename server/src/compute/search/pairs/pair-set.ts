import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Matrix } from '../../../plugins/declare.js';
import { distanceOf } from '../distances.js';
import { UNIT_ROUNDOFF } from '../float-scoring.js';

/** All pairs of rows of two groups. */
export interface PairSet {
  readonly vectors: Matrix;
  /** Of each row the number behind the last of its group; rows of one group stand together. */
  readonly ends: Int32Array;
}

export function countPairs(ends: Int32Array): number {
  let count = 0;
  for (const end of ends) count += ends.length - end;
  return count;
}

/** Ascending squared L2 distances of pairs that are drawn with repetition, each pair as likely. There is a pair. */
export function drawDistances({ vectors, ends }: PairSet, count: number): Float64Array {
  const generator = xoroshiro128plus(1);
  const last = ends.length - 1;
  const drawn = new Float64Array(count);
  for (let n = 0; n < count; ) {
    const [a, b] = [uniformInt(generator, 0, last), uniformInt(generator, 0, last)];
    if (ends[a] !== ends[b]) drawn[n++] = distanceOf('l2', vectors, a, vectors, b);
  }
  return drawn.sort();
}

/**
 * What a score in float32, an inner product less half a squared norm, may be off by: γ of the terms and of the roundings
 * of the bias and the sum, ‖q‖‖g‖ + ‖g‖² at the most (float-scoring.ts).
 */
export function productError(dimension: number, largestNorm: number): number {
  const terms = (dimension + 3) * UNIT_ROUNDOFF;
  return (terms / (1 - terms)) * 2 * largestNorm ** 2;
}
