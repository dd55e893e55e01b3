import type { DistanceRange } from '../../../plugins/declare.js';
import type { Turns } from '../../threads.js';
import { BLOCK } from '../block-graph.js';
import { ByteScorer, LOWEST } from '../bytes/byte-scorer.js';
import { ByteQueries, ByteRows, roundedProductError } from '../bytes/byte-vectors.js';
import { NearPairs, type WordVectors } from './near-pairs.js';

/** More near pairs of a strip than this are not held. */
const MOST_NEAR = 2 ** 24;

/** What threads share: only data, without methods. */
export interface StripVectors {
  readonly rows: ByteRows;
  readonly queries: ByteQueries;
  readonly words: WordVectors;
  /** Of each row the number behind the last of its group. */
  readonly ends: Int32Array;
  /** Ascending, apart from one another. */
  readonly windows: readonly DistanceRange[];
}

export interface StripThreadData extends StripVectors {
  /** Strips. */
  readonly turns: Turns;
}

/** What a strip says of its pairs. */
export interface StripOfPairs {
  /** How many were looked at in 16 bits, and how many were scored. */
  readonly looked: number;
  readonly scored: number;
  /** Too many may be in windows: not all of the strip were scored, and none is given. */
  readonly isFull: boolean;
  /** For each window the pairs that are surely nearer than it, and further than the one before. */
  readonly below: Float64Array;
  /** Two rows for each pair that may be in a window; those with one first row stand together. */
  readonly near: Int32Array;
}

/** Sieves strips of pairs: those of a block of vectors with itself and all blocks behind it. */
export class StripSieve {
  private constructor(
    private readonly given: StripVectors,
    private readonly scorer: ByteScorer,
    private readonly near: NearPairs,
  ) {}

  static async open({ rows, queries, ...given }: StripVectors, threads: number): Promise<StripSieve> {
    const own = { ...given, rows: ByteRows.revive(rows), queries: ByteQueries.revive(queries) };
    return new StripSieve(own, await ByteScorer.open(rows.length, threads), new NearPairs(given.words));
  }

  close(): Promise<void> {
    return this.scorer.close();
  }

  get strips(): number {
    return this.given.rows.blocks;
  }

  async run(strip: number, proceed: () => void = () => undefined): Promise<StripOfPairs> {
    const { given, scorer, near } = this;
    const { ends, windows } = given;
    const limit = windows[windows.length - 1]!.high;
    const below = new Float64Array(windows.length);
    const queries = given.queries.at(strip);
    const found = Array.from(queries.ids, (): number[] => []);
    const columns = queries.vectors.dims[1];
    const thresholds = this.thresholds(queries.ids, limit);
    const isSieved = thresholds.every((threshold) => threshold >= LOWEST);
    near.holdColumns(strip, queries.ids, limit);
    let [looked, scored, held] = [0, 0, 0];
    for (let block = strip; block < this.strips; block++) {
      const rows = given.rows.at(block);
      near.holdRows(block);
      const places = await (isSieved
        ? scorer.placesSieved(rows, queries, thresholds)
        : scorer.placesAbove(rows, queries, thresholds));
      looked += places.length;
      near.visitNear(places, columns, (place, product) => {
        const query = place % columns;
        const row = (place - query) / columns;
        const [x, y] = [queries.ids[query], rows.ids[row]];
        if (ends[x] === ends[y] || (block === strip && row <= query)) return;
        const roughly = near.roughly(x, y, product);
        const window = windows.findIndex(({ high }) => roughly - near.margin <= high);
        if (window < 0) return;
        if (roughly + near.margin < windows[window]!.low) {
          below[window]! += 1;
          return;
        }
        found[query]!.push(y);
        held += 1;
      });
      scored += BLOCK ** 2;
      proceed();
      if (held > MOST_NEAR) return { looked, scored, isFull: true, below, near: new Int32Array() };
    }
    const pairs = new Int32Array(2 * held);
    let at = 0;
    for (const [query, others] of found.entries()) {
      for (const y of others) {
        pairs[at++] = queries.ids[query]!;
        pairs[at++] = y;
      }
    }
    return { looked, scored, isFull: false, below, near: pairs };
  }

  /**
   * What the score of a pair must be above for its distance to be at most `limit`: ‖x − y‖² = ‖x‖² − 2(x·y − ½‖y‖²), of
   * which the bracket is the score, in units, less than one more, and what bytes took away from either vector.
   */
  private thresholds(columns: Int32Array, limit: number): Float64Array {
    const { rows, queries } = this.given;
    const { norms, residuals } = queries.measures;
    const { measures, bias } = rows;
    const unit = queries.scale * rows.scale;
    return Float64Array.from(columns, (x) => {
      const { largestNorm, largestResidual } = measures;
      const error = roundedProductError(norms[x], residuals[x], largestNorm, largestResidual);
      const least = (norms[x] ** 2 - limit) / 2 - bias.offset - error;
      // One unit for the rounding of the bias, and one for that of all this.
      return Math.floor(least / unit) - 2;
    });
  }
}
