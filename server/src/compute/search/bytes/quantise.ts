import type { Matrix } from '../../../plugins/declare.js';

/** How vectors become bytes: moved by a centre, and in whole multiples of `reach / levels`, `levels` of them at most. */
export interface ByteScale {
  readonly centre: Float64Array;
  readonly reach: number;
  readonly levels: number;
}

/** The mean of the vectors. */
export function centreOf({ data, rows, dimension }: Matrix): Float64Array {
  const centre = new Float64Array(dimension);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let i = 0; i < dimension; i++) centre[i] += data[at++];
  }
  return centre.map((sum) => sum / rows);
}

/** How far the vectors' values lie from the centre at most. */
export function reachOf({ data, rows, dimension }: Matrix, centre: Float64Array): number {
  let reach = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let i = 0; i < dimension; i++) {
      const distance = Math.abs(data[at++] - centre[i]);
      if (distance > reach) reach = distance;
    }
  }
  return reach;
}

/** The norm of each vector, moved by the centre. */
export function normsOf({ data, rows, dimension }: Matrix, centre: Float64Array): Float64Array {
  const norms = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = 0;
    for (let i = 0; i < dimension; i++) {
      const value = data[at++] - centre[i];
      sum += value * value;
    }
    norms[row] = Math.sqrt(sum);
  }
  return norms;
}

/** Hands the vectors in bytes to `put`, in an array that is used again; gives the norm of what each lost by it. */
export function roundVectors(
  { data, rows, dimension }: Matrix,
  { centre, reach, levels }: ByteScale,
  order: Int32Array,
  put: (place: number, vector: Int8Array) => void,
): Float64Array {
  const residuals = new Float64Array(rows);
  const vector = new Int8Array(dimension);
  const scale = reach / levels;
  const steps = 1 / scale;
  for (let place = 0; place < rows; place++) {
    const first = order[place] * dimension;
    let sum = 0;
    for (let i = 0; i < dimension; i++) {
      const value = data[first + i] - centre[i];
      const byte = nearestWithin(levels, value * steps);
      const residual = value - byte * scale;
      vector[i] = byte;
      sum += residual * residual;
    }
    residuals[order[place]] = Math.sqrt(sum);
    put(place, vector);
  }
  return residuals;
}

function nearestWithin(most: number, value: number): number {
  if (value >= most) return most;
  return value <= -most ? -most : Math.floor(value + 0.5);
}
