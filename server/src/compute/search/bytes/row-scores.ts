import { allot, openKernel, toLanes } from '../../kernel.js';
import { BLOCK, ZERO_POINT } from '../block-graph.js';
import { ROW_SCORES_WASM } from './row-scores-wasm.js';

const INT32 = 2 ** 31;
/** Values of a query that stand beside each other. */
const LANES = 16;
/** Queries that a row is multiplied with at once. */
const FOUR = 4;
/** Queries that rows are scored for, at most. */
export const MOST_HELD = 16;

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
  private held: readonly Int8Array[] = [];
  private more: readonly number[] = [];

  constructor(
    rows: number,
    private readonly length: number,
  ) {
    const values = MOST_HELD * toLanes(length);
    const each = 1 + FOUR;
    const sizes = [2 * values, 4 * FOUR, 4 * each * BLOCK, rows * length];
    const [queriesAt, boundsAt, foundAt, bytesAt] = allot(this.kernel, sizes);
    const { buffer } = this.kernel.memory;
    this.queries = new Int16Array(buffer, queriesAt, values);
    this.bounds = new Int32Array(buffer, boundsAt, FOUR);
    this.found = new Int32Array(buffer, foundAt, each * BLOCK);
    this.bytes = new Uint8Array(buffer, bytesAt, rows * length);
  }

  /** Takes the queries that are scored for from now on, 16 at most; gives what the score of each is less than a product by. */
  hold(queries: readonly Int8Array[]): readonly number[] {
    if (queries === this.held) return this.more;
    this.queries.fill(0);
    for (const [n, query] of queries.entries()) {
      const [group, place] = [n - (n % FOUR), n % FOUR];
      const stride = group === queries.length - 1 ? LANES : FOUR * LANES;
      let at = group * toLanes(this.length) + place * LANES;
      for (let first = 0; first < query.length; first += LANES, at += stride)
        this.queries.set(query.subarray(first, first + LANES), at);
    }
    this.held = queries;
    this.more = queries.map((query) => ZERO_POINT * query.reduce((sum, value) => sum + value, 0));
    return this.more;
  }

  /** Visits those of at most 1,024 rows from `first` on whose product with a query is above its number in `least`. */
  above(
    first: number,
    count: number,
    least: readonly number[],
    visit: (row: number, query: number, product: number) => void,
  ): void {
    const { bytes, found, held, kernel, length } = this;
    const row = bytes.byteOffset + first * length;
    for (let group = 0; group < held.length; group += FOUR) {
      const number = Math.min(FOUR, held.length - group);
      this.bound(least, group, number);
      const queries = this.queries.byteOffset + 2 * group * toLanes(length);
      if (number === 1) {
        const rows = kernel.above(row, count, length, queries, this.bounds[0], found.byteOffset);
        for (let at = 0; at < 2 * rows; at += 2) visit(first + found[at], group, found[at + 1]);
      } else {
        const rows = kernel.aboveFour(row, count, length, queries, this.bounds.byteOffset, found.byteOffset);
        for (let at = 0; at < rows * (1 + FOUR); at += 1 + FOUR) {
          for (let n = 0; n < number; n++) {
            const product = found[at + 1 + n];
            if (product > this.bounds[n]) visit(first + found[at], group + n, product);
          }
        }
      }
    }
  }

  /** Bounds of the queries of a group, which no product is above where there is no query. */
  private bound(least: readonly number[], group: number, number: number): void {
    this.bounds.fill(INT32 - 1);
    for (let n = 0; n < number; n++) {
      this.bounds[n] = Math.max(-INT32, Math.min(INT32 - 1, Math.floor(least[group + n])));
    }
  }
}
