import type { Matrix, Metric } from '../../plugins/declare.js';

/** How far a row is from a query, in double precision: the squared L2 distance, or the inner product's negative. */
export function distanceOf(metric: Metric, queries: Matrix, query: number, gallery: Matrix, row: number): number {
  const { dimension, data } = gallery;
  const q = query * dimension;
  const g = row * dimension;
  let sum = 0;
  if (metric === 'ip') {
    for (let i = 0; i < dimension; i++) sum -= queries.data[q + i] * data[g + i];
    return sum;
  }
  for (let i = 0; i < dimension; i++) {
    const difference = queries.data[q + i] - data[g + i];
    sum += difference * difference;
  }
  return sum;
}

/** How many rows `distancesOf` takes at once: each sum waits for itself alone. */
export const AT_ONCE = 4;

/** The distances of four rows, each as `distanceOf` gives it. */
export function distancesOf(
  metric: Metric,
  queries: Matrix,
  query: number,
  gallery: Matrix,
  rows: Int32Array,
  distances: Float64Array,
): void {
  const { dimension, data } = gallery;
  const q = query * dimension;
  const a = rows[0] * dimension;
  const b = rows[1] * dimension;
  const c = rows[2] * dimension;
  const d = rows[3] * dimension;
  let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
  if (metric === 'ip') {
    for (let i = 0; i < dimension; i++) {
      const x = queries.data[q + i];
      sumA -= x * data[a + i];
      sumB -= x * data[b + i];
      sumC -= x * data[c + i];
      sumD -= x * data[d + i];
    }
  } else {
    for (let i = 0; i < dimension; i++) {
      const x = queries.data[q + i];
      const toA = x - data[a + i];
      const toB = x - data[b + i];
      const toC = x - data[c + i];
      const toD = x - data[d + i];
      sumA += toA * toA;
      sumB += toB * toB;
      sumC += toC * toC;
      sumD += toD * toD;
    }
  }
  distances[0] = sumA;
  distances[1] = sumB;
  distances[2] = sumC;
  distances[3] = sumD;
}

/** The distance, or the inner product, that a distance stands for. */
export function shownDistance(metric: Metric, distance: number): number {
  return metric === 'l2' ? distance : -distance;
}
