import { BLOCK } from '../block-graph.js';
import type { Candidates } from '../candidates.js';
import type { RowScores } from './row-scores.js';

/** Offers rows to few queries, a block of rows at a time. */
export class FewOffers {
  readonly blocks: number;

  constructor(
    private readonly scores: RowScores,
    /** Of the rows, in their order. */
    private readonly ids: Int32Array,
    /** In bytes, at most as many as scores hold. */
    private readonly queries: readonly Int8Array[],
    private readonly candidates: Candidates,
  ) {
    this.blocks = Math.ceil(ids.length / BLOCK);
  }

  offer(block: number): void {
    const { scores, ids, candidates } = this;
    // Another search may have held others meanwhile.
    const more = scores.hold(this.queries);
    const first = block * BLOCK;
    const least = more.map((by, query) => candidates.thresholds[query] + by);
    scores.above(first, Math.min(BLOCK, ids.length - first), least, (place, query, product) => {
      candidates.offer(query, ids[place], product - more[query]);
    });
  }
}
