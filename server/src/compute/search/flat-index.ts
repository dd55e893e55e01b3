import type { IndexBuilder, Metric, PairCounter, SearchIndex, VectorSource } from '../../plugins/declare.js';
import { rowsIn, wholeOf } from '../../plugins/matrix.js';
import { ok, type Result } from '../../protocol/errors.js';
import { checkFinite } from './check-finite.js';
import { MergedNeighbours } from './parts/merge-neighbours.js';

/** Vectors of so many bytes are held whole while they are searched; of more, a part at a time. */
const HELD_BYTES = 3 * 2 ** 28;

/**
 * The flat index: nothing is built, the vectors are the index. What searches, natives and all, comes in when it is to
 * search: what is asked of a run that is cached needs none of it.
 */
export class FlatIndex implements IndexBuilder {
  constructor(
    readonly metric: Metric,
    private readonly threads: number,
  ) {}

  build(vectors: VectorSource): Promise<Result<void>> {
    return checkFinite(vectors);
  }

  async countPairs(vectors: VectorSource, ends: Int32Array): Promise<PairCounter> {
    const { pairRange } = await import('./pairs/pair-range.js');
    const { pairsAmong } = await import('./pairs/pairs-among.js');
    const { rankedPairs } = await import('./pairs/pair-ranks.js');
    const set = { vectors: await wholeOf(vectors), ends };
    const { threads } = this;
    return {
      range: (context) => pairRange(set, { ...context, threads }),
      among: (marks, context) => pairsAmong(set, marks, { ...context, threads }),
      ranked: (ranks, context, within) => rankedPairs(set, ranks, { ...context, threads }, within),
    };
  }

  mergeParts(queries: number, k: number): MergedNeighbours {
    return new MergedNeighbours(this.metric, queries, k);
  }

  async open(vectors: VectorSource): Promise<Result<SearchIndex>> {
    const checked = await checkFinite(vectors);
    if (!checked.ok) return checked;
    const options = { threads: this.threads };
    if (vectors.rows > rowsIn(vectors.dimension, HELD_BYTES)) {
      const { PartedSearch } = await import('./parts/parted-search.js');
      return ok(new PartedSearch(vectors, this.metric, options));
    }
    const { ExactSearch } = await import('./exact-search.js');
    return ok(await ExactSearch.open(vectors, this.metric, options));
  }
}
