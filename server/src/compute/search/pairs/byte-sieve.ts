import type { WorkContext } from '../../../plugins/declare.js';
import { BLOCK } from '../block-graph.js';
import { ByteScorer } from '../byte-scorer.js';
import { ByteQueries, ByteRows } from '../byte-vectors.js';
import { queryLevels } from '../query-levels.js';
import { NearDistances, nearMargins } from './near-distances.js';
import type { PairSet } from './pair-set.js';
import type { Margins, Windows } from './windows.js';

/** The lowest threshold that products are sieved by where they are computed. */
const LOWEST = 128;
/** Where more than this share of pairs have to be looked at, products in float32 are less work. */
const MOST_LOOKED_AT = 1 / 6;
/** Beyond, squares do not fit into float32. */
const LARGEST_NORM = 1e17;

/**
 * Sieves pairs by products of vectors in bytes, which tell of all but a few that they are further apart than any window
 * (byte-scoring.ts); the distances of those are computed in float32.
 */
export class ByteSieve {
  readonly margins: Margins;

  private constructor(
    private readonly set: PairSet,
    private readonly rows: ByteRows,
    private readonly queries: ByteQueries,
    private readonly scorer: ByteScorer,
  ) {
    this.margins = nearMargins(set.vectors.dimension);
  }

  static async open(set: PairSet, threads: number): Promise<ByteSieve> {
    const rows = new ByteRows(set.vectors, 'l2');
    const queries = new ByteQueries(set.vectors, rows, await queryLevels(), rows.order);
    return new ByteSieve(set, rows, queries, await ByteScorer.open(rows.length, threads));
  }

  close(): Promise<void> {
    return this.scorer.close();
  }

  /** Puts all pairs but those that are beyond all windows; false where bytes tell too little of them. */
  async run(windows: Windows, { signal, progress }: WorkContext): Promise<boolean> {
    const { blocks, measures } = this.rows;
    if (!(measures.largestNorm < LARGEST_NORM)) return false;
    const { ends } = this.set;
    const near = new NearDistances(this.set.vectors, (row, other, distance) => windows.put(row, other, distance));
    const all = (blocks * (blocks + 1)) / 2;
    let [done, looked] = [0, 0];
    for (let i = 0; i < blocks; i++) {
      const queries = this.queries.at(i);
      const thresholds = this.thresholds(queries.ids, windows.limit);
      const isSieved = thresholds.every((threshold) => threshold >= LOWEST);
      near.hold(0, queries.ids);
      for (let j = i; j < blocks; j++) {
        signal.throwIfAborted();
        const rows = this.rows.at(j);
        near.hold(1, rows.ids);
        const put = (row: number, query: number) => {
          looked += 1;
          const [x, y] = [queries.ids[query], rows.ids[row]];
          if (ends[x] !== ends[y] && (j > i || query < row)) near.add(query, row, x, y);
        };
        if (isSieved) {
          const { length: columns } = await this.scorer.sieve(rows, queries, thresholds, near.sieved);
          const places = near.placesOfHigh(rows.ids.length * columns);
          for (const at of places) put(Math.floor(at / columns), at % columns);
        } else {
          await this.scorer.placesAbove(rows, queries, thresholds, put);
        }
        near.flush();
        if (windows.isFull) return true;
        progress(++done, all);
      }
      // The first strip says what the others will be like.
      if (i === 0 && looked > MOST_LOOKED_AT * blocks * BLOCK ** 2) return false;
    }
    return true;
  }

  /**
   * What the score of a pair must be above for its distance to be at most `limit`: ‖x − y‖² = ‖x‖² − 2(x·y − ½‖y‖²), of
   * which the bracket is the score, in units, less than one more, and what bytes took away from either vector.
   */
  private thresholds(queries: Int32Array, limit: number): Float64Array {
    const { norms, residuals } = this.queries.measures;
    const { measures, bias, scale } = this.rows;
    const unit = this.queries.scale * scale;
    return Float64Array.from(queries, (x) => {
      const { largestNorm, largestResidual } = measures;
      const error = norms[x] * largestResidual + residuals[x] * (largestNorm + largestResidual);
      const least = (norms[x] ** 2 - limit) / 2 - bias.offset - error;
      // One unit for the rounding of the bias, and one for that of all this.
      return Math.floor(least / unit) - 2;
    });
  }
}
