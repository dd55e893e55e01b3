import type { Matrix } from '../../plugins/declare.js';
import { BLOCK, ZERO_POINT } from './block-graph.js';

/** The largest byte of a query, and of a row: sums of two products stay within 16 bits, as AVX2 needs. */
const QUERY_LEVELS = 127;
const ROW_LEVELS = 64;

/** Vectors, moved by a centre, in bytes. */
export interface ByteVectors<Bytes> {
  readonly count: number;
  readonly dimension: number;
  readonly bytes: Bytes;
  /** What a byte is a multiple of. */
  readonly scale: number;
  /** Norm of each moved vector. */
  readonly norms: Float64Array;
  /** Norm of what rounding took away from each. */
  readonly residuals: Float64Array;
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

/** Queries as unsigned bytes with 0 at 128, a vector a row: [count, dimension]. */
export function queriesInBytes(queries: Matrix, centre: Float64Array, reach: number): ByteVectors<Uint8Array> {
  const { rows, dimension } = queries;
  const bytes = new Uint8Array(rows * dimension);
  const rounded = roundToBytes(queries, centre, reach / QUERY_LEVELS, (row, vector) => {
    for (let i = 0; i < dimension; i++) bytes[row * dimension + i] = vector[i] + ZERO_POINT;
  });
  return { ...rounded, bytes };
}

/** Gallery rows as signed bytes, by blocks with a vector a column: [blocks, dimension, 1024], filled up with 0. */
export function rowsInBytes(gallery: Matrix, centre: Float64Array, reach: number): ByteVectors<Int8Array> {
  const { rows, dimension } = gallery;
  const bytes = new Int8Array(Math.ceil(rows / BLOCK) * BLOCK * dimension);
  const rounded = roundToBytes(gallery, centre, reach / ROW_LEVELS, (row, vector) => {
    const column = row % BLOCK;
    const first = (row - column) * dimension + column;
    for (let i = 0; i < dimension; i++) bytes[first + i * BLOCK] = vector[i];
  });
  return { ...rounded, bytes };
}

/** Rounds each vector to whole multiples of `scale` and hands it to `put`, in an array that is used again. */
function roundToBytes(
  { data, rows: count, dimension }: Matrix,
  centre: Float64Array,
  scale: number,
  put: (row: number, vector: Int8Array) => void,
): Omit<ByteVectors<never>, 'bytes'> {
  const norms = new Float64Array(count);
  const residuals = new Float64Array(count);
  const vector = new Int8Array(dimension);
  const steps = 1 / scale;
  for (let row = 0, at = 0; row < count; row++) {
    let squaredNorm = 0;
    let squaredResidual = 0;
    for (let i = 0; i < dimension; i++, at++) {
      const value = data[at] - centre[i];
      const byte = Math.round(value * steps);
      const residual = value - byte * scale;
      vector[i] = byte;
      squaredNorm += value * value;
      squaredResidual += residual * residual;
    }
    norms[row] = Math.sqrt(squaredNorm);
    residuals[row] = Math.sqrt(squaredResidual);
    put(row, vector);
  }
  return { count, dimension, scale, norms, residuals };
}
