import { BLOCK, ZERO_POINT } from '../block-graph.js';
import { ROW_SCORES_WASM } from './row-scores-wasm.js';

const PAGE = 65_536;
/** Bytes of a row that are taken at once. */
const AT_ONCE = 16;
const INT32 = 2 ** 31;

/** TypeScript declares it for browsers alone. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** What row-scores.wat exports. */
interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  above(row: number, count: number, length: number, query: number, least: number, target: number): number;
}

/**
 * Holds rows in unsigned bytes where a kernel can read them, and scores them for one query at a time: a matrix product is
 * of many columns whether it has many queries or one, and takes as long.
 */
export class RowScores {
  /** [rows, length], with 0 at 128. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly kernel: Kernel;
  private readonly query: Int16Array;
  private readonly found: Int32Array;

  constructor(
    rows: number,
    private readonly length: number,
  ) {
    this.kernel = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(ROW_SCORES_WASM, 'base64')))
      .exports as Kernel;
    const values = Math.ceil(length / AT_ONCE) * AT_ONCE;
    const [foundAt, bytesAt] = [2 * values, 2 * values + 8 * BLOCK];
    this.kernel.memory.grow(Math.ceil((bytesAt + rows * length + AT_ONCE) / PAGE));
    const { buffer } = this.kernel.memory;
    this.query = new Int16Array(buffer, 0, values);
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
    const number = this.kernel.above(from, count, length, 0, bound, found.byteOffset);
    for (let n = 0; n < number; n++) visit(first + found[2 * n], found[2 * n + 1]);
  }
}
