import type { IndexBuilder, Metric, PairCounter, SearchIndex, VectorSource } from '../../plugins/declare.js';
import { rowsIn, wholeOf } from '../../plugins/matrix.js';
import { ok, type Result } from '../../protocol/errors.js';
import { checkFinite } from './check-finite.js';
import { ExactSearch } from './exact-search.js';
import { pairRange } from './pairs/pair-range.js';
import { rankedPairs } from './pairs/pair-ranks.js';
import { pairsAmong } from './pairs/pairs-among.js';
import { MergedNeighbours } from './parts/merge-neighbours.js';
import { PartedSearch } from './parts/parted-search.js';

/** Vectors of so many bytes are held whole while they are searched; of more, a part at a time. */
const HELD_BYTES = 3 * 2 ** 28;

/** The flat index: nothing is built, the vectors are the index. */
export class FlatIndex implements IndexBuilder {
  constructor(
    readonly metric: Metric,
    private readonly threads: number,
  ) {}

  build(vectors: VectorSource): Promise<Result<void>> {
    return checkFinite(vectors);
  }

  async countPairs(vectors: VectorSource, ends: Int32Array): Promise<PairCounter> {
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
    if (vectors.rows > rowsIn(vectors.dimension, HELD_BYTES))
      return ok(new PartedSearch(vectors, this.metric, options));
    return ok(await ExactSearch.open(vectors, this.metric, options));
  }
}
