import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Matrix } from '../../plugins/declare.js';
import { dot, orthonormalise, rowsBetween, selectRows } from '../../plugins/matrix.js';
import { drawIndices } from '../../runner/random.js';

/** Rows that axes are computed of, at the most: the time is bounded, and more hardly move them. */
const MOST_ROWS = 2500;
/** Directions that are followed beside the two: the more, the faster these settle. */
const FOLLOWED = 8;
const MOST_ROUNDS = 25;
/** How little a variance still changes when it has settled, as a share of itself. */
const SETTLED = 1e-8;

export interface PrincipalAxes {
  readonly mean: Float64Array;
  /** Two of length 1 at right angles, that of the larger variance first. */
  readonly axes: readonly [Float64Array, Float64Array];
  /** Shares of all variance along them. */
  readonly explained: readonly [number, number];
  /** Rows that they were computed of. */
  readonly rows: number;
}

/**
 * The two directions in which rows vary most, by subspace iteration on their covariance (Golub and Van Loan, Matrix
 * Computations, 8.2.4), which is never held: of rows drawn by a fixed seed where there are many.
 */
export function principalAxes(vectors: Matrix): PrincipalAxes {
  const sample =
    vectors.rows <= MOST_ROWS
      ? rowsBetween(vectors, 0, vectors.rows)
      : selectRows(vectors, drawIndices(vectors.rows, MOST_ROWS, 1));
  const { dimension, rows } = sample;
  const mean = meanOf(sample);
  const total = totalVariance(sample, mean);
  const random = xoroshiro128plus(1);
  const followed = Math.min(FOLLOWED, dimension);
  let basis: Float64Array[] = Array.from({ length: Math.max(2, followed) }, () =>
    Float64Array.from({ length: dimension }, () => uniformFloat64(random) - 0.5),
  );
  orthonormalise(basis);
  let before = [0, 0];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const multiplied = basis.map((direction) => covarianceTimes(sample, mean, direction));
    const variances = multiplied.map((image, n) => dot(image, basis[n] as Float64Array));
    basis = multiplied;
    orthonormalise(basis);
    const largest = variances.slice(0, 2);
    if (largest.every((value, n) => Math.abs(value - (before[n] as number)) <= SETTLED * value)) break;
    before = largest;
  }
  const [first, second] = basis as [Float64Array, Float64Array];
  for (const axis of [first, second]) pointUp(axis);
  const share = (axis: Float64Array) => (total > 0 ? dot(covarianceTimes(sample, mean, axis), axis) / total : 0);
  return { mean, axes: [first, second], explained: [share(first), share(second)], rows };
}

/** Where rows lie along both axes. */
export function projected(
  { data, rows, dimension }: Matrix,
  { mean, axes }: PrincipalAxes,
): readonly [x: Float64Array, y: Float64Array] {
  const [x, y] = axes.map((axis) => {
    const offset = dot(mean, axis);
    return Float64Array.from({ length: rows }, (_, row) => {
      let sum = -offset;
      for (let i = 0; i < dimension; i++) sum += (data[row * dimension + i] as number) * (axis[i] as number);
      return sum;
    });
  }) as [Float64Array, Float64Array];
  return [x, y];
}

function meanOf({ data, rows, dimension }: Matrix): Float64Array {
  const mean = new Float64Array(dimension);
  for (let at = 0; at < data.length; at++) mean[at % dimension]! += (data[at] as number) / rows;
  return mean;
}

function totalVariance({ data, rows, dimension }: Matrix, mean: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < data.length; at++) sum += ((data[at] as number) - (mean[at % dimension] as number)) ** 2;
  return sum / rows;
}

function covarianceTimes({ data, rows, dimension }: Matrix, mean: Float64Array, direction: Float64Array): Float64Array {
  const product = new Float64Array(dimension);
  const offset = dot(mean, direction);
  let all = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * dimension;
    let along = -offset;
    for (let i = 0; i < dimension; i++) along += (data[start + i] as number) * (direction[i] as number);
    all += along;
    for (let i = 0; i < dimension; i++) product[i]! += along * (data[start + i] as number);
  }
  for (let i = 0; i < dimension; i++) product[i] = ((product[i] as number) - all * (mean[i] as number)) / rows;
  return product;
}

/** Of the two directions of an axis always the one whose largest component is positive. */
function pointUp(axis: Float64Array): void {
  const largest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  if (largest < 0) for (let i = 0; i < axis.length; i++) axis[i] = -(axis[i] as number);
}
