import type { IndexBuilder, Metric, SearchIndex, VectorSource, WorkContext } from '../../plugins/declare.js';
import { wholeOf } from '../../plugins/matrix.js';
import { ok, type Result } from '../../protocol/errors.js';
import { checkFinite } from './check-finite.js';
import { ExactSearch } from './exact-search.js';
import { rankedPairs } from './pair-ranks.js';

/** The flat index: nothing is built, the vectors are the index. While it is open it holds them. */
export class FlatIndex implements IndexBuilder {
  constructor(
    readonly metric: Metric,
    private readonly threads: number,
  ) {}

  build(vectors: VectorSource): Promise<Result<void>> {
    return checkFinite(vectors);
  }

  async rankedPairs(vectors: VectorSource, ends: Int32Array, ranks: readonly number[], context: WorkContext) {
    return rankedPairs({ vectors: await wholeOf(vectors), ends }, ranks, { ...context, threads: this.threads });
  }

  async open(vectors: VectorSource): Promise<Result<SearchIndex>> {
    const checked = await checkFinite(vectors);
    return checked.ok ? ok(await ExactSearch.open(vectors, this.metric, { threads: this.threads })) : checked;
  }
}
