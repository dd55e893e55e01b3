import type { Matrix, Metric, Neighbours } from '../../plugins/declare.js';
import type { Candidates } from './candidates.js';
import { squaredNorm } from './vector-blocks.js';

/** Half of float32's spacing at 1. */
const UNIT_ROUNDOFF = 2 ** -24;

/** A row with its order: less is nearer. For the inner product it is the product's negative. */
interface Ranked {
  readonly row: number;
  readonly order: number;
}

/**
 * Decides, in double precision, which candidates are the k nearest of each query, and proves of each query that
 * no other row can be: a float32 dot product of n terms is off by at most γₙ‖q‖‖g‖, γₙ = n·u / (1 − n·u) (N. Higham,
 * Accuracy and Stability of Numerical Algorithms, §3.1), so a row that was left out, whose score is at most the
 * last candidate's, has a true score of at most that plus the error.
 */
export class Certifier {
  private readonly gamma: number;
  private readonly largestNorm: number;

  constructor(
    private readonly gallery: Matrix,
    private readonly queries: Matrix,
    private readonly metric: Metric,
    private readonly k: number,
  ) {
    // Two more roundings: of the bias, and of its sum with the product.
    const terms = (gallery.dimension + 2) * UNIT_ROUNDOFF;
    this.gamma = terms / (1 - terms);
    this.largestNorm = Math.sqrt(largestSquaredNorm(gallery));
  }

  /** Writes the query's neighbours; false where the candidates do not prove them. `at` is the query's place in them. */
  settle(query: number, candidates: Candidates, at: number, into: Neighbours): boolean {
    const first = at * candidates.width;
    const rows = candidates.rows.subarray(first, first + candidates.counts[at]);
    const ranked = this.rank(query, rows);
    this.write(query, ranked, into);
    if (!candidates.isFull(at)) return true;
    const leftOut = this.orderOf(query, candidates.threshold(at)) - this.slack(query);
    return ranked[this.k - 1].order < leftOut;
  }

  /** Finds the query's neighbours among all rows. */
  scan(query: number, exclude: number, into: Neighbours): void {
    const rows = new Int32Array(this.gallery.rows).map((_, row) => row).filter((row) => row !== exclude);
    this.write(query, this.rank(query, rows), into);
  }

  private rank(query: number, rows: Int32Array): Ranked[] {
    const ranked = Array.from(rows, (row) => ({ row, order: this.exactOrder(query, row) }));
    return ranked.sort((a, b) => a.order - b.order || a.row - b.row);
  }

  private write(query: number, ranked: readonly Ranked[], { ids, distances }: Neighbours): void {
    for (let n = 0; n < this.k; n++) {
      const found = ranked[n];
      ids[query * this.k + n] = found ? found.row : -1;
      distances[query * this.k + n] = found ? (this.metric === 'l2' ? found.order : -found.order) : Number.NaN;
    }
  }

  private exactOrder(query: number, row: number): number {
    const { dimension, data } = this.gallery;
    const q = query * dimension;
    const g = row * dimension;
    let sum = 0;
    if (this.metric === 'ip') {
      for (let i = 0; i < dimension; i++) sum -= this.queries.data[q + i] * data[g + i];
      return sum;
    }
    for (let i = 0; i < dimension; i++) {
      const difference = this.queries.data[q + i] - data[g + i];
      sum += difference * difference;
    }
    return sum;
  }

  /** What the order would be of a row whose score is exact: ‖q‖² − 2·score, or −score. */
  private orderOf(query: number, score: number): number {
    return this.metric === 'l2' ? squaredNorm(this.queries, query) - 2 * score : -score;
  }

  /** How much nearer than its score says a row may be. */
  private slack(query: number): number {
    const norm = Math.sqrt(squaredNorm(this.queries, query));
    const scoreError = this.gamma * (norm * this.largestNorm + this.largestNorm ** 2);
    return this.metric === 'l2' ? 2 * scoreError : scoreError;
  }
}

export function largestSquaredNorm(matrix: Matrix): number {
  let largest = 0;
  for (let row = 0; row < matrix.rows; row++) largest = Math.max(largest, squaredNorm(matrix, row));
  return largest;
}
