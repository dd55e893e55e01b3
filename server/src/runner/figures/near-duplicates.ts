import type { Matrix } from '../../plugins/declare.js';
import { itemAt } from '../../protocol/item-at.js';
import { cosineBetween, vectorAt } from './distance.js';

/**
 * Of vectors, best first, the numbers of those that are left when near-duplicates are one: rows are linked where their cosine exceeds
 * the limit, and of each connected component the best stays, as clip-retrieval does it.
 */
export function withoutNearDuplicates(vectors: Matrix, limit: number): number[] {
  const component = Array.from({ length: vectors.rows }, (_, n) => n);
  const rootOf = (n: number): number => {
    const above = itemAt(component, n);
    return above === n ? n : rootOf(above);
  };
  for (let n = 0; n < vectors.rows; n++) {
    for (let better = 0; better < n; better++) {
      if (cosineBetween(vectorAt(vectors, n), vectorAt(vectors, better)) <= limit) continue;
      const [a, b] = [rootOf(n), rootOf(better)];
      component[Math.max(a, b)] = Math.min(a, b);
    }
  }
  return component.map((_, n) => n).filter((n) => rootOf(n) === n);
}
