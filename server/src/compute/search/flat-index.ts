import type { IndexBuilder, Metric, SearchIndex, VectorSource } from '../../plugins/declare.js';
import { ok, type Result } from '../../protocol/errors.js';
import { checkFinite } from './check-finite.js';
import { ExactSearch } from './exact-search.js';

/** The flat index: nothing is built, the vectors are the index. While it is open it holds them. */
export class FlatIndex implements IndexBuilder {
  constructor(
    readonly metric: Metric,
    private readonly threads: number,
  ) {}

  build(vectors: VectorSource): Promise<Result<void>> {
    return checkFinite(vectors);
  }

  async open(vectors: VectorSource): Promise<Result<SearchIndex>> {
    const checked = await checkFinite(vectors);
    return checked.ok ? ok(await ExactSearch.open(vectors, this.metric, { threads: this.threads })) : checked;
  }
}
