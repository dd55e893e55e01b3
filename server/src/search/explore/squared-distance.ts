import type { Matrix } from '../../plugins/declare.js';

/** Squared L2 between row `a` of one matrix and row `b` of another, summed in double precision. */
export function squaredDistance(of: Matrix, a: number, other: Matrix, b: number): number {
  const { data, dimension } = of;
  let sum = 0;
  for (let x = a * dimension, y = b * dimension; x < (a + 1) * dimension; x++, y++) {
    sum += ((data[x] as number) - (other.data[y] as number)) ** 2;
  }
  return sum;
}
