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
    const insert = (isWanted: (score: number) => boolean) => this.insertThose(nearest, query, candidates, at, isWanted);
    // The best first: of the others only those are of interest that may be nearer than the k nearest of these.
    const best = candidates.kthScore(at);
    insert((score) => score >= best);
    insert((score) => score < best && !this.areBeyond(nearest, search.leastOrder(at, score)));
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

  /** Inserts the candidates whose score is wanted; `at` is the place of the query in them. */
  private insertThose(
    nearest: Ranked[],
    query: number,
    { rows, scores, counts, room }: Candidates,
    at: number,
    isWanted: (score: number) => boolean,
  ): void {
    let held = 0;
    for (let n = at * room; n < at * room + counts[at]; n++) {
      if (!isWanted(scores[n])) continue;
      this.rows[held++] = rows[n];
      if (held === AT_ONCE) held = this.insertHeld(nearest, query, held);
    }
    if (held > 0) this.insertHeld(nearest, query, held);
  }

  /** Inserts the rows that are held, and holds none any more. */
  private insertHeld(nearest: Ranked[], query: number, held: number): 0 {
    this.rows.fill(this.rows[0], held);
    distancesOf(this.metric, this.queries, query, this.gallery, this.rows, this.distances);
    for (let n = 0; n < held; n++) this.insert(nearest, this.rows[n], this.distances[n]);
    return 0;
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
