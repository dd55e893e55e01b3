import type { Matrix, Metric, Neighbours, SearchOptions } from '../../plugins/declare.js';
import type { Candidates } from './candidates.js';
import { AT_ONCE, distanceOf, distancesOf, shownDistance } from './distances.js';
import type { ScoredSearch } from './scoring.js';

/** A row with its distance (distances.ts): less is nearer. */
interface Ranked {
  readonly row: number;
  readonly distance: number;
}

/** Neighbours with, where they are wanted, their distances in double precision. */
export type Found = Neighbours & Pick<SearchOptions, 'orders'>;

/**
 * Decides, in double precision, which candidates are the k nearest of each query, and proves of each query that no
 * other row can be: a row that was left out has a score of at most the last candidate's, and so at least the least
 * distance that such a score allows.
 */
export class Certifier {
  private readonly rows = new Int32Array(AT_ONCE);
  private readonly distances = new Float64Array(AT_ONCE);

  constructor(
    private readonly gallery: Matrix,
    private readonly queries: Matrix,
    private readonly metric: Metric,
    private readonly k: number,
  ) {}

  /** Writes the query's neighbours; false where the candidates do not prove them. `at` is the query's place in them. */
  settle(query: number, candidates: Candidates, search: ScoredSearch, at: number, into: Found): boolean {
    const nearest: Ranked[] = [];
    const first = at * candidates.width;
    const end = first + candidates.counts[at];
    for (let n = first; n < end; n += AT_ONCE) {
      // The best come first: the others are further than the k nearest so far.
      if (this.areBeyond(nearest, search.leastOrder(at, candidates.scores[n]))) break;
      this.insertAll(nearest, query, candidates.rows.subarray(n, Math.min(n + AT_ONCE, end)));
    }
    this.write(query, nearest, into);
    const leftOut = candidates.thresholds[at];
    return leftOut === Number.NEGATIVE_INFINITY || this.areBeyond(nearest, search.leastOrder(at, leftOut));
  }

  /** Finds the query's neighbours among all rows. */
  scan(query: number, exclude: number, into: Found): void {
    const nearest: Ranked[] = [];
    for (let row = 0; row < this.gallery.rows; row++)
      if (row !== exclude) this.insert(nearest, row, distanceOf(this.metric, this.queries, query, this.gallery, row));
    this.write(query, nearest, into);
  }

  /** Whether rows of at least this distance are none of the k nearest. */
  private areBeyond(nearest: readonly Ranked[], distance: number): boolean {
    return nearest.length === this.k && nearest[this.k - 1].distance < distance;
  }

  private insertAll(nearest: Ranked[], query: number, rows: Int32Array): void {
    this.rows.set(rows);
    distancesOf(this.metric, this.queries, query, this.gallery, this.rows, this.distances);
    for (let n = 0; n < rows.length; n++) this.insert(nearest, rows[n], this.distances[n]);
  }

  /** Keeps the k nearest, equal distances by the lower row. */
  private insert(nearest: Ranked[], row: number, distance: number): void {
    if (nearest.length === this.k && distance > nearest[this.k - 1].distance) return;
    const at =
      nearest.findLastIndex((other) => other.distance < distance || (other.distance === distance && other.row < row)) +
      1;
    if (at === this.k) return;
    nearest.splice(at, 0, { row, distance });
    if (nearest.length > this.k) nearest.pop();
  }

  private write(query: number, ranked: readonly Ranked[], { ids, distances, orders }: Found): void {
    for (let n = 0; n < this.k; n++) {
      const found = ranked[n];
      ids[query * this.k + n] = found ? found.row : -1;
      distances[query * this.k + n] = found ? shownDistance(this.metric, found.distance) : Number.NaN;
      if (orders) orders[query * this.k + n] = found ? found.distance : Number.POSITIVE_INFINITY;
    }
  }
}
