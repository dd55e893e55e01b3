import type { Matrix, Metric } from '../../plugins/declare.js';

/** How far a row is from a query, in double precision: the squared L2 distance, or the inner product's negative. */
export function orderOf(metric: Metric, queries: Matrix, query: number, gallery: Matrix, row: number): number {
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

/** The distance, or the inner product, that an order stands for. */
export function distanceOf(metric: Metric, order: number): number {
  return metric === 'l2' ? order : -order;
}
