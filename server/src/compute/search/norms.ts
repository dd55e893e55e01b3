/** ‖x‖² of each row, in double precision. */
export function squaredNorms({
  data,
  rows,
  dimension,
}: {
  readonly data: Float32Array | Float64Array;
  readonly rows: number;
  readonly dimension: number;
}): Float64Array {
  const norms = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = row * dimension, end = i + dimension; i < end; i++) sum += data[i] * data[i];
    norms[row] = sum;
  }
  return norms;
}

/** The largest of some numbers that are not negative; NaN where one is. */
export function largestOf(values: Float64Array): number {
  return values.reduce((largest, value) => Math.max(largest, value), 0);
}
