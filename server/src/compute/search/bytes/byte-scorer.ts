import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { allot, openKernel } from '../../kernel.js';
import { openSession } from '../../session.js';
import { BLOCK, byteGraph, sieveGraph, ZERO_POINT } from '../block-graph.js';
import type { ByteBlock } from './byte-vectors.js';
import { HIGH_BYTES_WASM } from './high-bytes-wasm.js';

/** Takes a pair and what its score is at most. */
export type Visit = (row: number, query: number, score: number) => void;

/** The lowest threshold that scores can be sieved by. */
export const LOWEST = 128;
/** The byte that a query's threshold becomes: scores above it have the highest bit set. */
const THRESHOLD = 127.5;
/** The byte of a score that may be any number above. */
const SATURATED = 255;
/** More than what a score, its scale and their product are rounded by in float32. */
const ROUNDING = 1 + 2 ** -20;

/** What high-bytes.wat exports. */
interface Kernel {
  high(from: number, bytes: number, target: number): number;
}

/**
 * Computes scores of blocks of rows and queries into buffers that are used again. A place is that of a pair among them: a
 * row's number in its block, times how many columns there are, and a query's.
 */
export class ByteScorer {
  private readonly scores = new Int32Array(BLOCK * BLOCK);
  private readonly kernel = openKernel<Kernel>(HIGH_BYTES_WASM);
  private readonly sieved: Uint8Array<ArrayBuffer>;
  private readonly places: Int32Array;

  private constructor(
    private readonly length: number,
    private readonly scoreSession: InferenceSession,
    private readonly sieveSession: InferenceSession,
  ) {
    const [sieved, places] = allot(this.kernel, [BLOCK ** 2, 4 * BLOCK ** 2]);
    const { buffer } = this.kernel.memory;
    this.sieved = new Uint8Array(buffer, sieved, BLOCK ** 2);
    this.places = new Int32Array(buffer, places, BLOCK ** 2);
  }

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
    const places = this.findHigh(rows, columns);
    for (const place of places) {
      const query = place % columns;
      const row = (place - query) / columns;
      const byte = this.sieved[place];
      const highest = ((byte + 0.5) / scale[query]) * ROUNDING;
      visit(rows.ids[row], queries.ids[query], byte === SATURATED ? this.product(rows, row, queries, query) : highest);
    }
    return places.length;
  }

  /** Places of the pairs with a score above the query's threshold, a positive number, until the next are asked for. */
  async placesSieved(rows: ByteBlock, queries: ByteBlock, thresholds: Float64Array): Promise<Int32Array> {
    const { length: columns } = await this.sieve(rows, queries, thresholds);
    return this.findHigh(rows, columns);
  }

  /** The same, for any threshold. */
  async placesAbove(rows: ByteBlock, queries: ByteBlock, thresholds: Float64Array): Promise<Int32Array> {
    const columns = await this.score(rows, queries);
    let found = 0;
    for (let row = 0; row < rows.ids.length; row++) {
      const first = row * columns;
      for (let query = 0; query < thresholds.length; query++) {
        if (this.scores[first + query] > thresholds[query]) this.places[found++] = first + query;
      }
    }
    return this.places.subarray(0, found);
  }

  /** Computes scores, and gives how many stand in a row. */
  private async score(rows: ByteBlock, queries: ByteBlock): Promise<number> {
    const columns = queries.vectors.dims[1];
    const scores = new Tensor('int32', this.scores.subarray(0, rows.ids.length * columns), [rows.ids.length, columns]);
    await this.scoreSession.run({ rows: rows.vectors, queries: queries.vectors }, { scores });
    return columns;
  }

  /** Computes scores sieved by thresholds, a column a query, and gives what each column is scaled by. */
  private async sieve(rows: ByteBlock, queries: ByteBlock, thresholds: Float64Array): Promise<Float32Array> {
    const columns = queries.vectors.dims[1];
    const scale = new Float32Array(columns);
    for (let n = 0; n < thresholds.length; n++) scale[n] = (THRESHOLD / thresholds[n]) * ROUNDING;
    const into = this.sieved.subarray(0, rows.ids.length * columns);
    const scores = new Tensor('uint8', into, [rows.ids.length, columns]);
    const inputs = { rows: rows.vectors, queries: queries.vectors, scale: new Tensor('float32', scale, [columns]) };
    await this.sieveSession.run(inputs, { scores });
    return scale;
  }

  private findHigh(rows: ByteBlock, columns: number): Int32Array {
    const { sieved, places } = this;
    const found = this.kernel.high(sieved.byteOffset, rows.ids.length * columns, places.byteOffset);
    return places.subarray(0, found);
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
