import type { IndexEngine, Matrix, Metric, SearchIndex } from '../../plugins/declare.js';
import { ok, type Result } from '../../protocol/errors.js';
import { checkFinite } from './check-finite.js';
import { ExactSearch } from './exact-search.js';

/** The flat index: nothing is built, the vectors are the index. */
export class FlatEngine implements IndexEngine {
  constructor(
    readonly metric: Metric,
    private readonly threads: number,
  ) {}

  async build(vectors: Matrix): Promise<Result<void>> {
    return checkFinite(vectors);
  }

  async open(vectors: Matrix): Promise<Result<SearchIndex>> {
    const checked = checkFinite(vectors);
    return checked.ok ? ok(await ExactSearch.open(vectors, this.metric, { threads: this.threads })) : checked;
  }
}
