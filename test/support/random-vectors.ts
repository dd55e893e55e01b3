import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Matrix } from '../../server/src/plugins/declare.js';

/** Vectors with values in [-1, 1), the same for the same seed. */
export function randomVectors(rows: number, dimension: number, seed: number): Matrix {
  const generator = xoroshiro128plus(seed);
  const data = new Float32Array(rows * dimension).map(() => 2 * uniformFloat32(generator) - 1);
  return { data, rows, dimension };
}
