import type { Matrix } from '../../plugins/declare.js';
import { cosineBetween, vectorAt } from './distance.js';

/**
 * Of rows, best first, those that are left when near-duplicates are one: rows are linked where their cosine exceeds
 * the limit, and of each connected component the best stays, as clip-retrieval does it.
 */
export function withoutNearDuplicates(rows: readonly number[], vectors: Matrix, limit: number): number[] {
  const component = rows.map((_, n) => n);
  const rootOf = (n: number): number => (component[n] === n ? n : rootOf(component[n]));
  for (const [n, row] of rows.entries()) {
    for (let better = 0; better < n; better++) {
      if (cosineBetween(vectorAt(vectors, row), vectorAt(vectors, rows[better])) <= limit) continue;
      const [a, b] = [rootOf(n), rootOf(better)];
      component[Math.max(a, b)] = Math.min(a, b);
    }
  }
  return rows.filter((_, n) => rootOf(n) === n);
}
