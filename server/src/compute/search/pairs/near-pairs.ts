import type { Matrix } from '../../../plugins/declare.js';
import { allot, openKernel } from '../../kernel.js';
import { BLOCK } from '../block-graph.js';
import { roundedProductError } from '../bytes/byte-vectors.js';
import { largestOf, squaredNorms } from '../norms.js';
import { NEAR_PAIRS_WASM } from './near-pairs-wasm.js';

/** Bytes of a vector are a multiple of this. */
const LINE = 64;
/** The norm of the longest vector in whole numbers, before they are rounded: the largest that 16 bits hold. */
const LONGEST = 32_767;
const LEAST_INT32 = -(2 ** 31);

/** What near-pairs.wat exports. */
interface Kernel {
  near(
    places: number,
    count: number,
    columns: number,
    bytes: number,
    rows: number,
    queries: number,
    halves: number,
    least: number,
    target: number,
  ): number;
}

/** Vectors as multiples of `unit`, whole numbers of 16 bits: only data, which threads share. */
export interface WordVectors {
  /** In an order of its own, each vector filled up with zeros. */
  readonly words: Int16Array<SharedArrayBuffer>;
  /** Bytes of a vector. */
  readonly bytes: number;
  readonly unit: number;
  /** In their order, half of their squared norms, rounded down, in units squared. */
  readonly halves: Int32Array;
  /** ‖x‖² of each vector, as they were given. */
  readonly squared: Float64Array;
  /** What a squared distance by a product in units is off by at most. */
  readonly margin: number;
}

/** Rounds vectors to whole numbers. */
export function wordVectors(vectors: Matrix, order: Int32Array): WordVectors {
  const { data, rows, dimension } = vectors;
  const bytes = Math.max(1, Math.ceil((2 * dimension) / LINE)) * LINE;
  const squared = squaredNorms(vectors);
  const longest = Math.sqrt(largestOf(squared));
  const unit = longest / LONGEST || 1;
  const words = new Int16Array(new SharedArrayBuffer(rows * bytes));
  let largest = 0;
  for (let place = 0; place < rows; place++) {
    const [from, to] = [order[place] * dimension, (place * bytes) / 2];
    let sum = 0;
    for (let i = 0; i < dimension; i++) {
      const word = Math.round(data[from + i] / unit);
      const residual = data[from + i] - word * unit;
      words[to + i] = word;
      sum += residual * residual;
    }
    largest = Math.max(largest, sum);
  }
  const lost = Math.sqrt(largest) * (1 + 2 ** -40);
  // Of a product, which counts twice; and what sums in double precision are rounded by.
  const margin =
    2 * roundedProductError(longest, lost, longest, lost) + 8 * (dimension + 8) * Number.EPSILON * longest ** 2;
  const halves = Int32Array.from(order, (row) => Math.floor(squared[row] / 2 / unit ** 2));
  return { words, bytes, unit, halves, squared, margin };
}

/**
 * Pairs of two blocks of vectors that may be as near as a limit, by a kernel that takes eight values at a time: the
 * product of two vectors in whole numbers is exact in 32 bits.
 */
export class NearPairs {
  private readonly places: Int32Array;
  readonly margin: number;
  private readonly kernel = openKernel<Kernel>(NEAR_PAIRS_WASM);
  private readonly held: { readonly rows: Int16Array; readonly columns: Int16Array };
  private readonly heldHalves: Int32Array;
  private readonly least: Int32Array;
  private readonly kept: Int32Array;

  constructor(private readonly vectors: WordVectors) {
    this.margin = vectors.margin;
    const block = BLOCK * vectors.bytes;
    const [rows, columns, halves, least, places, kept] = allot(this.kernel, [
      ...[block, block, 4 * BLOCK, 4 * BLOCK],
      ...[4 * BLOCK ** 2, 8 * BLOCK ** 2],
    ]);
    const { buffer } = this.kernel.memory;
    this.held = { rows: new Int16Array(buffer, rows, block / 2), columns: new Int16Array(buffer, columns, block / 2) };
    this.heldHalves = new Int32Array(buffer, halves, BLOCK);
    this.least = new Int32Array(buffer, least, BLOCK);
    this.places = new Int32Array(buffer, places, BLOCK ** 2);
    this.kept = new Int32Array(buffer, kept, 2 * BLOCK ** 2);
  }

  /** Takes a block of the order, the nth, for columns, whose ids are these, and the squared distance that is looked for at most. */
  holdColumns(n: number, ids: Int32Array, limit: number): void {
    this.held.columns.set(this.blockOf(n));
    // ‖x − y‖² = ‖x‖² − 2(x·y − ½‖y‖²). One for what was rounded down, and one for the rounding of all this.
    const { squared, unit } = this.vectors;
    for (let column = 0; column < ids.length; column++) {
      const least = (squared[ids[column]] - limit - this.margin) / 2 / unit ** 2;
      this.least[column] = Math.max(LEAST_INT32, Math.floor(least) - 2);
    }
  }

  /** Takes a block of the order, the nth, for rows. */
  holdRows(n: number): void {
    this.held.rows.set(this.blockOf(n));
    this.heldHalves.set(this.vectors.halves.subarray(n * BLOCK, (n + 1) * BLOCK));
  }

  private blockOf(n: number): Int16Array {
    const size = (BLOCK * this.vectors.bytes) / 2;
    return this.vectors.words.subarray(n * size, (n + 1) * size);
  }

  /** Visits those places of pairs (byte-scorer.ts), with their products, that may be as near as is looked for. */
  visitNear(places: Int32Array, columns: number, visit: (place: number, product: number) => void): void {
    if (places.length === 0) return;
    const { held, heldHalves, least, kept } = this;
    this.places.set(places);
    const [rows, queries] = [held.rows.byteOffset, held.columns.byteOffset];
    const [halves, from, target] = [heldHalves.byteOffset, least.byteOffset, kept.byteOffset];
    const near = this.kernel.near(
      this.places.byteOffset,
      places.length,
      columns,
      this.vectors.bytes,
      rows,
      queries,
      halves,
      from,
      target,
    );
    for (let n = 0; n < near; n++) visit(kept[2 * n], kept[2 * n + 1]);
  }

  /** The squared distance of two vectors by their product: off by `margin` at most. */
  roughly(x: number, y: number, product: number): number {
    const { squared, unit } = this.vectors;
    return squared[x] + squared[y] - 2 * unit ** 2 * product;
  }
}
