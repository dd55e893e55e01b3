import type { Matrix } from '../../plugins/declare.js';

/** Distances as results show them: squared Euclidean, or Euclidean. */
export type DistanceUnit = 'squared-l2' | 'l2';

export function vectorAt({ data, dimension }: Matrix, row: number): Float32Array {
  return data.subarray(row * dimension, (row + 1) * dimension);
}

/** Between two vectors of one length, summed in double precision. */
export function distanceBetween(a: Float32Array, b: Float32Array, unit: DistanceUnit): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return unit === 'l2' ? Math.sqrt(sum) : sum;
}

/** The cosine of the angle between two vectors; 0 where one of them is 0. */
export function cosineBetween(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}
