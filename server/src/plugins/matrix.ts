import type { Matrix } from './declare.js';

/** A copy of the chosen rows, in their order. */
export function selectRows({ data, dimension }: Matrix, rows: readonly number[]): Matrix {
  const selected = new Float32Array(rows.length * dimension);
  for (const [target, row] of rows.entries()) {
    selected.set(data.subarray(row * dimension, (row + 1) * dimension), target * dimension);
  }
  return { data: selected, rows: rows.length, dimension };
}
