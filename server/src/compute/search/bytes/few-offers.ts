import { BLOCK } from '../block-graph.js';
import type { Candidates } from '../candidates.js';
import { AT_ONCE, type RowScores } from './row-scores.js';

/** Offers rows, whose ids are given, to few queries in bytes; `proceed` is called before each block of rows. */
export function offerToFew(
  scores: RowScores,
  ids: Int32Array,
  queries: readonly Int8Array[],
  candidates: Candidates,
  proceed: () => void,
): void {
  for (let start = 0; start < queries.length; start += AT_ONCE) {
    const more = scores.hold(queries.slice(start, start + AT_ONCE));
    for (let first = 0; first < ids.length; first += BLOCK) {
      proceed();
      const least = more.map((by, n) => candidates.thresholds[start + n] + by);
      scores.above(first, Math.min(BLOCK, ids.length - first), least, (place, n, product) => {
        candidates.offer(start + n, ids[place], product - more[n]);
      });
    }
  }
}
