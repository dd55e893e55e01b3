import { allot, openKernel, toLanes } from '../../kernel.js';
import { BLOCK, ZERO_POINT } from '../block-graph.js';
import { ROW_SCORES_WASM } from './row-scores-wasm.js';

const INT32 = 2 ** 31;

/** What row-scores.wat exports. */
interface Kernel {
  above(row: number, count: number, length: number, query: number, least: number, target: number): number;
}

/**
 * Holds rows in unsigned bytes where a kernel can read them, and scores them for one query at a time: a matrix product is
 * of many columns whether it has many queries or one, and takes as long.
 */
export class RowScores {
  /** [rows, length], with 0 at 128. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly kernel = openKernel<Kernel>(ROW_SCORES_WASM);
  private readonly query: Int16Array;
  private readonly found: Int32Array;

  constructor(
    rows: number,
    private readonly length: number,
  ) {
    const values = toLanes(length);
    const [queryAt, foundAt, bytesAt] = allot(this.kernel, [2 * values, 8 * BLOCK, rows * length]);
    const { buffer } = this.kernel.memory;
    this.query = new Int16Array(buffer, queryAt, values);
    this.found = new Int32Array(buffer, foundAt, 2 * BLOCK);
    this.bytes = new Uint8Array(buffer, bytesAt, rows * length);
  }

  /** Takes the query that is scored for from now on; gives what its score is less than a product by. */
  hold(query: Int8Array): number {
    this.query.set(query);
    return ZERO_POINT * query.reduce((sum, value) => sum + value, 0);
  }

  /** Visits those of at most 1,024 rows from `first` on whose product with the query is above `least`. */
  above(first: number, count: number, least: number, visit: (row: number, product: number) => void): void {
    const { bytes, found, length } = this;
    const from = bytes.byteOffset + first * length;
    const bound = Math.max(-INT32, Math.min(INT32 - 1, Math.floor(least)));
    const number = this.kernel.above(from, count, length, this.query.byteOffset, bound, found.byteOffset);
    for (let n = 0; n < number; n++) visit(first + found[2 * n], found[2 * n + 1]);
  }
}
