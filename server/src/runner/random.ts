import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { itemAt } from '../protocol/item-at.js';

/** `count` of the numbers 0 … `from` − 1, without repetition, ascending: the same for the same seed. */
export function drawIndices(from: number, count: number, seed: number): number[] {
  const generator = xoroshiro128plus(seed);
  const pool = Array.from({ length: from }, (_, index) => index);
  const drawn = Math.min(count, from);
  for (let i = 0; i < drawn; i++) {
    const j = uniformInt(generator, i, from - 1);
    [pool[i], pool[j]] = [itemAt(pool, j), itemAt(pool, i)];
  }
  return pool.slice(0, drawn).sort((a, b) => a - b);
}
