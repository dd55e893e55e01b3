import { allot, openKernel, toLanes } from '../../kernel.js';
import { BLOCK, ZERO_POINT } from '../block-graph.js';
import { ROW_SCORES_WASM } from './row-scores-wasm.js';

const INT32 = 2 ** 31;
/** Values of a query that stand beside each other. */
const LANES = 16;
/** Queries that are scored for at once: a row is read once for all of them. */
export const AT_ONCE = 4;

type Above = (row: number, count: number, length: number, query: number, least: number, target: number) => number;

/** What row-scores.wat exports. */
interface Kernel {
  readonly above: Above;
  readonly aboveFour: Above;
}

/**
 * Holds rows in unsigned bytes where a kernel can read them, and scores them for few queries at a time: a matrix product is
 * of many columns whether it has many queries or one, and takes as long.
 */
export class RowScores {
  /** [rows, length], with 0 at 128. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly kernel = openKernel<Kernel>(ROW_SCORES_WASM);
  private readonly queries: Int16Array;
  private readonly bounds: Int32Array;
  private readonly found: Int32Array;
  private held = 0;

  constructor(
    rows: number,
    private readonly length: number,
  ) {
    const values = AT_ONCE * toLanes(length);
    const each = 1 + AT_ONCE;
    const sizes = [2 * values, 4 * AT_ONCE, 4 * each * BLOCK, rows * length];
    const [queriesAt, boundsAt, foundAt, bytesAt] = allot(this.kernel, sizes);
    const { buffer } = this.kernel.memory;
    this.queries = new Int16Array(buffer, queriesAt, values);
    this.bounds = new Int32Array(buffer, boundsAt, AT_ONCE);
    this.found = new Int32Array(buffer, foundAt, each * BLOCK);
    this.bytes = new Uint8Array(buffer, bytesAt, rows * length);
  }

  /** Takes the queries, four at most, that are scored for from now on; gives what the score of each is less than a product by. */
  hold(queries: readonly Int8Array[]): number[] {
    this.held = queries.length;
    this.queries.fill(0);
    const stride = queries.length === 1 ? LANES : AT_ONCE * LANES;
    for (const [n, query] of queries.entries()) {
      for (let first = 0, at = n * LANES; first < query.length; first += LANES, at += stride)
        this.queries.set(query.subarray(first, first + LANES), at);
    }
    return queries.map((query) => ZERO_POINT * query.reduce((sum, value) => sum + value, 0));
  }

  /** Visits those of at most 1,024 rows from `first` on whose product with a query is above its number in `least`. */
  above(
    first: number,
    count: number,
    least: readonly number[],
    visit: (row: number, query: number, product: number) => void,
  ): void {
    const { bounds, bytes, found, held, kernel, length, queries } = this;
    const from = bytes.byteOffset + first * length;
    for (let n = 0; n < AT_ONCE; n++) bounds[n] = n < held ? boundOf(least[n]) : INT32 - 1;
    if (held === 1) {
      const number = kernel.above(from, count, length, queries.byteOffset, bounds[0], found.byteOffset);
      for (let n = 0; n < number; n++) visit(first + found[2 * n], 0, found[2 * n + 1]);
      return;
    }
    const number = kernel.aboveFour(from, count, length, queries.byteOffset, bounds.byteOffset, found.byteOffset);
    for (let at = 0; at < number * (1 + AT_ONCE); at += 1 + AT_ONCE) {
      for (let n = 0; n < held; n++) {
        const product = found[at + 1 + n];
        if (product > bounds[n]) visit(first + found[at], n, product);
      }
    }
  }
}

function boundOf(least: number): number {
  return Math.max(-INT32, Math.min(INT32 - 1, Math.floor(least)));
}
