import type { Matrix, WorkContext } from '../../plugins/declare.js';
import type { Candidates } from './candidates.js';

/** A way to score the gallery. */
export interface Scoring {
  /** How many candidates it takes to settle most queries. */
  widthFor(k: number): number;
  /** `itself` where the queries are the gallery, each row of which can then be scored as a query too. */
  prepare(queries: Matrix, itself: boolean): Promise<ScoredSearch>;
  close(): Promise<void>;
}

/** Queries and gallery in the numbers that a scoring computes with: the higher a row's score, the nearer it is. */
export interface ScoredSearch {
  /** For each query, how much lower than the k-th best a score may be to be worth keeping; without it, any. */
  readonly slack?: Float64Array;
  /**
   * Offers every pair that its score makes worth keeping, and says with what score others are left out. `offered` is called
   * with queries, from the first of them to the one behind the last, to which every row was offered.
   */
  offerAll(candidates: Candidates, work: WorkContext, offered: (first: number, end: number) => void): Promise<void>;
  /** The least distance that a row can have whose score for the query is at most this (certify.ts). */
  leastOrder(query: number, score: number): number;
}
