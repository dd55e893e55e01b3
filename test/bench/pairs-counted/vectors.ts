import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Matrix } from '../../../server/src/plugins/declare.js';

/** Photographs a person, as CelebA has them on average. */
const EACH = 20;

/** Of each row the number behind the last of its person. */
export function peopleOf(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => Math.min(rows, EACH * (Math.floor(row / EACH) + 1)));
}

/** Vectors of length 1 around a direction for each person, so that some strangers are nearer than some of the same. */
export function clusteredVectors(ends: Int32Array, dimension: number): Matrix {
  const generator = xoroshiro128plus(1);
  const drawn = () => uniformFloat32(generator) + uniformFloat32(generator) - 1;
  const data = new Float32Array(ends.length * dimension);
  let person = new Float32Array(dimension);
  for (let row = 0; row < ends.length; row++) {
    if (row === 0 || ends[row] !== ends[row - 1]) person = person.map(drawn);
    const own = data.subarray(row * dimension, (row + 1) * dimension);
    let squared = 0;
    for (let i = 0; i < dimension; i++) {
      own[i] = person[i] + 1.2 * drawn();
      squared += own[i] * own[i];
    }
    const length = Math.sqrt(squared);
    for (let i = 0; i < dimension; i++) own[i] /= length;
  }
  return { data, rows: ends.length, dimension };
}
