import type { IndexEngine, Matrix, Metric, SearchIndex } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { ExactSearch } from './exact-search.js';
import { largestOf, squaredNorms } from './norms.js';

/** Squared norms beyond this are no longer exact enough in float32 to rank anything. */
const LARGEST_SQUARED_NORM = 1e37;

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

/** A model that gives NaN or infinity has no nearest neighbours. */
function checkFinite(vectors: Matrix): Result<void> {
  const largest = largestOf(squaredNorms(vectors));
  if (largest < LARGEST_SQUARED_NORM) return ok(undefined);
  const hint = 'The model gave these vectors: check its input range and its precision.';
  return fail('vectors-not-finite', `Some vectors hold NaN, infinity or values too large to compare`, { hint });
}
