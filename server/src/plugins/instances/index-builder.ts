import type { Result } from '../../protocol/errors.js';
import type { WorkContext } from './work-context.js';

/** Vectors in row-major order: `data.length === rows * dimension`. */
export interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly dimension: number;
}

/** Some consecutive rows of a source, the first of which is its row `first`. */
export interface VectorBlock extends Matrix {
  readonly first: number;
}

/**
 * Vectors wherever they lie, on a disk or elsewhere: who can work by blocks never holds all of them. Two that are one
 * object are one set: whoever searches a set for itself hands over the same source twice.
 */
export interface VectorSource {
  readonly rows: number;
  readonly dimension: number;
  /** All rows, in order, some thousand at a time. A block may be written over when the next one is asked for. */
  blocks(): AsyncIterable<VectorBlock>;
  /** A copy of the chosen rows, in the order in which they are asked for. */
  rowsAt(rows: ArrayLike<number>): Promise<Matrix>;
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
  /**
   * Where given, an exact index writes [queries, k] distances in double precision here, less being nearer whatever the
   * metric: by these and the row numbers what several indexes found is merged as if they were one.
   */
  readonly orders?: Float64Array;
}

/** Rows that an exact search found, with their distances in double precision: [queries, k] each, -1 and infinity where there is none. */
export interface RankedRows {
  readonly ids: Int32Array;
  readonly orders: Float64Array;
}

/**
 * Puts together what exact searches over parts of the vectors found, each its own `k` nearest: the result is that of one
 * search over all, to the bit.
 */
export interface NeighbourMerger {
  /** Takes in what was found for the queries from `query` on in a part whose first row is row `row` of all. */
  add(found: RankedRows, at: { readonly query: number; readonly row: number }): void;
  /** As one search gives them, with the distances in double precision. */
  result(): Neighbours & RankedRows;
}

export interface SearchIndex {
  /** Equal distances are ordered by the lower row number. */
  search(queries: VectorSource, options: SearchOptions): Promise<Neighbours>;
  close(): Promise<void>;
}

/** The distance of a rank among many, and how many lie around it. */
export interface RankedDistance {
  readonly value: number;
  /** How many distances are less, and how many are not greater. */
  readonly less: number;
  readonly atMost: number;
  /** The largest distance that is less; null where there is none. */
  readonly before: number | null;
}

export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Of the population: the mean of squared deviations. */
  readonly variance: number;
}

/** Distances from `low` to `high`, both with them. */
export interface DistanceRange {
  readonly low: number;
  readonly high: number;
}

/** How distances lie among ascending marks, no two of which are equal. */
export interface PairsAmong {
  /** How many have exactly n marks below them and equal none. */
  readonly between: Float64Array;
  /** How many equal mark n. */
  readonly equal: Float64Array;
  readonly moments: Moments;
}

/**
 * Counts the squared L2 distances of all pairs of rows of two groups, of which there is one: as if each was computed in
 * double precision, however many there are.
 */
export interface PairCounter {
  range(context: WorkContext): Promise<readonly [least: number, most: number]>;
  /** There is a mark. */
  among(marks: Float64Array, context: WorkContext): Promise<PairsAmong>;
  /**
   * The distances of some ranks, from 0 for the least. Undefined where too many lie too near to one to be told apart.
   * `within` says of a rank, where that is known, between which distances it and the one before it lie.
   */
  ranked(
    ranks: readonly number[],
    context: WorkContext,
    within?: readonly (DistanceRange | undefined)[],
  ): Promise<readonly RankedDistance[] | undefined>;
}

/** Builds its files into `folder`, and opens them again, there or in another process. */
export interface IndexBuilder {
  readonly metric: Metric;
  build(vectors: VectorSource, folder: string, context: WorkContext): Promise<Result<void>>;
  open(vectors: VectorSource, folder: string): Promise<Result<SearchIndex>>;
  /** Of an index that lies elsewhere: whether what was built of these vectors is still there. */
  isBuilt?(vectors: VectorSource, folder: string): Promise<Result<boolean>>;
  /** Of an exact index, which may be searched part by part, by other processes too. */
  mergeParts?(queries: number, k: number): NeighbourMerger;
  /** Holds the vectors. `ends` gives of each row the number behind the last of its group. */
  countPairs?(vectors: VectorSource, ends: Int32Array): Promise<PairCounter>;
}
