import type { Matrix, Metric, Neighbours } from '../../server/src/plugins/declare.js';

/** What exact search is held against: every distance in double precision, sorted, ties to the lower row. */
export function plainSearch(
  gallery: Matrix,
  queries: Matrix,
  metric: Metric,
  k: number,
  exclude?: Int32Array,
): Neighbours {
  const ids = new Int32Array(queries.rows * k).fill(-1);
  const distances = new Float32Array(queries.rows * k).fill(Number.NaN);
  for (let query = 0; query < queries.rows; query++) {
    const ranked = Array.from({ length: gallery.rows }, (_, row) => ({
      row,
      distance: distance(gallery, row, queries, query, metric),
    }))
      .filter(({ row }) => row !== exclude?.[query])
      .sort((a, b) => (metric === 'l2' ? a.distance - b.distance : b.distance - a.distance) || a.row - b.row);
    for (const [n, { row, distance }] of ranked.slice(0, k).entries()) {
      ids[query * k + n] = row;
      distances[query * k + n] = distance;
    }
  }
  return { k, ids, distances };
}

function distance(gallery: Matrix, row: number, queries: Matrix, query: number, metric: Metric): number {
  let sum = 0;
  for (let i = 0; i < gallery.dimension; i++) {
    const g = gallery.data[row * gallery.dimension + i];
    const q = queries.data[query * gallery.dimension + i];
    sum += metric === 'l2' ? (g - q) ** 2 : g * q;
  }
  return sum;
}
