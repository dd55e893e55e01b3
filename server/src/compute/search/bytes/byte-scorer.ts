import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { openSession } from '../../session.js';
import { BLOCK, byteGraph, sieveGraph, ZERO_POINT } from '../block-graph.js';
import { type ByteBlock, LINE } from './byte-vectors.js';

/** Takes a pair and what its score is at most. */
export type Visit = (row: number, query: number, score: number) => void;

/** Takes where a row and a query stand in their blocks. */
export type VisitPlaces = (row: number, query: number) => void;

/** The lowest threshold that scores can be sieved by. */
export const LOWEST = 128;
/** The byte that a query's threshold becomes: scores above it have the highest bit set. */
const THRESHOLD = 127.5;
const HIGHEST_BIT = 0x80;
const HIGHEST_BITS = 0x80808080 | 0;
/** The byte of a score that may be any number above. */
const SATURATED = 255;
/** More than what a score, its scale and their product are rounded by in float32. */
const ROUNDING = 1 + 2 ** -20;

/** Computes scores of blocks of rows and queries into buffers that are used again. */
export class ByteScorer {
  private readonly scores = new Int32Array(BLOCK * BLOCK);
  private readonly sieved = new Uint8Array(BLOCK * BLOCK);
  /** The same, four at a time. */
  private readonly fours = new Int32Array(this.sieved.buffer);

  private constructor(
    private readonly length: number,
    private readonly scoreSession: InferenceSession,
    private readonly sieveSession: InferenceSession,
  ) {}

  static async open(length: number, threads: number): Promise<ByteScorer> {
    const open = (graph: Uint8Array) => openSession(graph, { threads });
    return new ByteScorer(length, await open(byteGraph(length)), await open(sieveGraph(length)));
  }

  async close(): Promise<void> {
    await this.scoreSession.release();
    await this.sieveSession.release();
  }

  /** Visits the pairs with a score above the threshold of the query of that id, which may rise meanwhile. */
  async visitAbove(rows: ByteBlock, queries: ByteBlock, thresholds: Float64Array, visit: Visit): Promise<void> {
    const columns = await this.score(rows, queries);
    for (let row = 0; row < rows.ids.length; row++) {
      const first = row * columns;
      for (let query = 0; query < queries.ids.length; query++) {
        const score = this.scores[first + query];
        if (score > thresholds[queries.ids[query]]) visit(rows.ids[row], queries.ids[query], score);
      }
    }
  }

  /**
   * Visits the pairs with a score above the query's threshold, a positive number, and gives how many there are.
   *
   * Scores are scaled for the threshold to be the byte 127.5, and rounded: whatever is below has no highest bit, which
   * is seen at a glance. What a score is at most is known to a 127th of the threshold.
   */
  async visitSieved(rows: ByteBlock, queries: ByteBlock, thresholds: Float64Array, visit: Visit): Promise<number> {
    const scale = await this.sieve(rows, queries, thresholds);
    const columns = scale.length;
    return this.eachHigh(rows.ids.length * columns, (at) => {
      const query = at % columns;
      const row = (at - query) / columns;
      const byte = this.sieved[at];
      const highest = ((byte + 0.5) / scale[query]) * ROUNDING;
      visit(rows.ids[row], queries.ids[query], byte === SATURATED ? this.product(rows, row, queries, query) : highest);
    });
  }

  /** Visits the places in their blocks of a row and a query whose score is above the query's threshold. */
  async placesAbove(rows: ByteBlock, queries: ByteBlock, thresholds: Float64Array, visit: VisitPlaces): Promise<void> {
    const columns = await this.score(rows, queries);
    for (let row = 0; row < rows.ids.length; row++) {
      const first = row * columns;
      for (let query = 0; query < thresholds.length; query++) {
        if (this.scores[first + query] > thresholds[query]) visit(row, query);
      }
    }
  }

  /** Computes scores, and gives how many stand in a row. */
  private async score(rows: ByteBlock, queries: ByteBlock): Promise<number> {
    const columns = queries.vectors.dims[1];
    const scores = new Tensor('int32', this.scores.subarray(0, rows.ids.length * columns), [rows.ids.length, columns]);
    await this.scoreSession.run({ rows: rows.vectors, queries: queries.vectors }, { scores });
    return columns;
  }

  /** Computes scores sieved by thresholds into `into`, a column a query, and gives what each column is scaled by. */
  async sieve(
    rows: ByteBlock,
    queries: ByteBlock,
    thresholds: Float64Array,
    into = this.sieved,
  ): Promise<Float32Array> {
    const columns = queries.vectors.dims[1];
    const scale = new Float32Array(columns);
    for (let n = 0; n < thresholds.length; n++) scale[n] = (THRESHOLD / thresholds[n]) * ROUNDING;
    const scores = new Tensor('uint8', into.subarray(0, rows.ids.length * columns), [rows.ids.length, columns]);
    const inputs = { rows: rows.vectors, queries: queries.vectors, scale: new Tensor('float32', scale, [columns]) };
    await this.sieveSession.run(inputs, { scores });
    return scale;
  }

  /** Calls with the place of each sieved score with its highest bit set; gives how many there are. */
  private eachHigh(count: number, call: (at: number) => void): number {
    const { sieved, fours } = this;
    let found = 0;
    for (let n = 0; n < count / 4; n += LINE / 4) {
      const left = fours[n] | fours[n + 1] | fours[n + 2] | fours[n + 3];
      const right = fours[n + 4] | fours[n + 5] | fours[n + 6] | fours[n + 7];
      if (((left | right) & HIGHEST_BITS) === 0) continue;
      for (let four = n; four < n + LINE / 4; four++) {
        if ((fours[four] & HIGHEST_BITS) === 0) continue;
        for (let at = 4 * four; at < 4 * four + 4; at++) {
          if (sieved[at] < HIGHEST_BIT) continue;
          found++;
          call(at);
        }
      }
    }
    return found;
  }

  /** A score that its byte does not tell. */
  private product(rows: ByteBlock, row: number, queries: ByteBlock, query: number): number {
    const [x, y] = [rows.vectors.data as Uint8Array, queries.vectors.data as Int8Array];
    const columns = queries.vectors.dims[1];
    const first = row * this.length;
    let sum = 0;
    for (let i = 0; i < this.length; i++) sum += (x[first + i] - ZERO_POINT) * y[i * columns + query];
    return sum;
  }
}
