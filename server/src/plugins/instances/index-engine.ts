import type { Result } from '../../protocol/errors.js';
import type { WorkContext } from './work-context.js';

/** Vectors in row-major order: `data.length === rows * dimension`. */
export interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly dimension: number;
}

/** `l2` is the squared Euclidean distance, ascending; `ip` the inner product, descending. */
export type Metric = 'l2' | 'ip';

/** For each query its `k` nearest rows, best first. Rows that do not exist are -1, with distance NaN. */
export interface Neighbours {
  readonly k: number;
  /** [queries, k] row numbers of the gallery. */
  readonly ids: Int32Array;
  /** [queries, k] distances (or similarities) as the metric says. */
  readonly distances: Float32Array;
}

export interface SearchOptions extends WorkContext {
  readonly k: number;
  /** For each query the gallery row it must not find (itself), or -1. */
  readonly exclude?: Int32Array;
}

export interface SearchIndex {
  /** Equal distances are ordered by the lower row number. */
  search(queries: Matrix, options: SearchOptions): Promise<Neighbours>;
  close(): Promise<void>;
}

/** Builds its files into `folder`, and opens them again, there or in another process. */
export interface IndexEngine {
  readonly metric: Metric;
  build(vectors: Matrix, folder: string, context: WorkContext): Promise<Result<void>>;
  open(vectors: Matrix, folder: string): Promise<Result<SearchIndex>>;
}
