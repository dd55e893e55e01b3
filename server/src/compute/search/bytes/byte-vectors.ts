import { Tensor } from 'onnxruntime-node';
import type { Matrix, Metric } from '../../../plugins/declare.js';
import { BLOCK, ZERO_POINT } from '../block-graph.js';
import { largestOf } from '../norms.js';
import { centreOf, normsOf, reachOf, roundVectors } from './quantise.js';
import { biasOf, noBias, type RowBias, writeDigits } from './row-bias.js';
import { RowScores } from './row-scores.js';

/** The largest byte of a row. */
const ROW_LEVELS = 127;
/** A block of queries is filled up to a multiple of so many columns, for a block of scores to be read in whole lines. */
const LINE = 32;
/** Threads have a second copy of the rows, which may take so many bytes. */
export const MOST_COPIED = 2 ** 27;

/** Some vectors of a set, until the next block of it is asked for. */
export interface ByteBlock {
  /** Which they are. A tensor may hold more, that only fill it up. */
  readonly ids: Int32Array;
  readonly vectors: Tensor;
}

/** What is known of vectors, moved by a centre, beside their bytes. */
export interface Measures {
  readonly norms: Float64Array;
  /** Norm of what rounding to bytes took away from each vector. */
  readonly residuals: Float64Array;
  readonly largestNorm: number;
  readonly largestResidual: number;
}

/**
 * Gallery rows as unsigned bytes with 0 at 128: [rows, length], a vector followed by the digits of its bias. They stand
 * by their norms, so that those in a block are about as far from their neighbours, and the first are near to most.
 */
export class ByteRows {
  readonly centre: Float64Array;
  readonly reach: number;
  /** What a byte is a multiple of. */
  readonly scale: number;
  readonly measures: Measures;
  readonly bias: RowBias;
  readonly order: Int32Array;
  readonly length: number;
  readonly blocks: number;
  /** There where this thread alone holds the rows. */
  readonly scores: RowScores | undefined;
  private readonly bytes: Uint8Array;
  /** The last block asked for, of rows that threads share. */
  private copy: Uint8Array<ArrayBuffer> | undefined;

  /** With `isShared` in memory that threads share. */
  constructor(
    gallery: Matrix,
    readonly metric: Metric,
    isShared = false,
  ) {
    const { rows, dimension } = gallery;
    // Distances stay the same when everything is moved; inner products do not.
    this.centre = metric === 'l2' ? centreOf(gallery) : new Float64Array(dimension);
    this.reach = reachOf(gallery, this.centre) || 1;
    this.scale = this.reach / ROW_LEVELS;
    const norms = normsOf(gallery, this.centre);
    this.bias = metric === 'l2' ? biasOf(norms, this.reach * this.scale) : noBias(rows);
    const nearestFirst = metric === 'l2' ? 1 : -1;
    this.order = Int32Array.from(norms.keys()).sort((a, b) => nearestFirst * (norms[a] - norms[b]));
    this.length = dimension + this.bias.digits;
    this.blocks = Math.ceil(rows / BLOCK);
    this.scores = isShared ? undefined : new RowScores(rows, this.length);
    this.bytes = this.scores?.bytes ?? new Uint8Array(new SharedArrayBuffer(rows * this.length));
    const scale = { centre: this.centre, reach: this.reach, levels: ROW_LEVELS };
    const residuals = roundVectors(gallery, scale, this.order, (place, vector) => this.write(place, vector));
    this.measures = measuresOf(norms, residuals);
  }

  /** The same in memory that threads share. */
  shared(): ByteRows {
    const bytes = new Uint8Array(new SharedArrayBuffer(this.bytes.length));
    bytes.set(this.bytes);
    return ByteRows.revive({ ...this, bytes, scores: undefined });
  }

  /** What another thread was sent of it. */
  static revive(sent: object): ByteRows {
    return Object.assign(Object.create(ByteRows.prototype), sent);
  }

  at(n: number): ByteBlock {
    const first = n * BLOCK;
    const ids = this.order.subarray(first, first + BLOCK);
    let bytes = this.bytes.subarray(first * this.length, (first + ids.length) * this.length);
    if (isShared(bytes)) {
      this.copy ??= new Uint8Array(BLOCK * this.length);
      this.copy.set(bytes);
      bytes = this.copy.subarray(0, bytes.length);
    }
    return { ids, vectors: new Tensor('uint8', bytes, [ids.length, this.length]) };
  }

  /** A copy of every `step`-th block from the given one on: which rows they are, and their bytes. */
  everyBlock(step: number, from: number): { readonly ids: Int32Array; readonly bytes: Uint8Array<ArrayBuffer> } {
    const { length, order } = this;
    const firsts: number[] = [];
    for (let first = from * BLOCK; first < order.length; first += step * BLOCK) firsts.push(first);
    const rows = firsts.reduce((sum, first) => sum + Math.min(BLOCK, order.length - first), 0);
    const ids = new Int32Array(rows);
    const bytes = new Uint8Array(rows * length);
    for (const [n, first] of firsts.entries()) {
      ids.set(order.subarray(first, first + BLOCK), n * BLOCK);
      bytes.set(this.bytes.subarray(first * length, (first + BLOCK) * length), n * BLOCK * length);
    }
    return { ids, bytes };
  }

  private write(place: number, vector: Int8Array): void {
    const bytes = this.bytes.subarray(place * this.length, (place + 1) * this.length);
    for (let i = 0; i < vector.length; i++) bytes[i] = vector[i] + ZERO_POINT;
    writeDigits(this.bias.steps[this.order[place]], bytes.subarray(vector.length));
  }
}

/**
 * Queries as signed bytes, by blocks with a vector a column: [length, columns]. Each is followed by its largest byte
 * once for each digit of a row's bias, so that the product of a row and a query is a score.
 */
export class ByteQueries {
  /** What a byte is a multiple of. */
  readonly scale: number;
  readonly measures: Measures;
  readonly blocks: number;
  private readonly length: number;
  private readonly bytes: Int8Array;
  /** The last block asked for. */
  private last: { readonly n: number; readonly block: ByteBlock } | undefined;

  constructor(
    queries: Matrix,
    { centre, reach, metric, length }: ByteRows,
    /** The largest byte (query-levels.ts). */
    readonly levels: number,
    private readonly order: Int32Array = Int32Array.from({ length: queries.rows }, (_, query) => query),
    isShared = false,
    /** How many queries a block has, but the last one; at most BLOCK. */
    readonly blockSize = BLOCK,
  ) {
    // A step of a bias is worth the gallery's reach times a row's scale; where there is no bias, a query's scale is free.
    const own = metric === 'l2' ? reach : reachOf(queries, centre) || 1;
    this.scale = own / levels;
    this.length = length;
    this.blocks = Math.ceil(queries.rows / blockSize);
    const size = columnsFor(queries.rows) * length;
    this.bytes = new Int8Array(isShared ? new SharedArrayBuffer(size) : new ArrayBuffer(size));
    const scale = { centre, reach: own, levels };
    const residuals = roundVectors(queries, scale, order, (place, vector) => this.write(place, vector));
    this.measures = measuresOf(normsOf(queries, centre), residuals);
  }

  /** What another thread was sent of it. */
  static revive(sent: object): ByteQueries {
    return Object.assign(Object.create(ByteQueries.prototype), sent);
  }

  at(n: number): ByteBlock {
    if (this.last?.n === n) return this.last.block;
    const first = n * this.blockSize;
    const ids = this.order.subarray(first, first + this.blockSize);
    const columns = columnsFor(ids.length);
    const bytes = this.bytes.subarray(first * this.length, (first + columns) * this.length);
    const block = { ids, vectors: new Tensor('int8', isShared(bytes) ? bytes.slice() : bytes, [this.length, columns]) };
    this.last = { n, block };
    return block;
  }

  /** A query, followed by its largest bytes. */
  vector(query: number): Int8Array {
    const [first, column] = [Math.floor(query / this.blockSize) * this.blockSize, query % this.blockSize];
    const columns = columnsFor(Math.min(this.blockSize, this.order.length - first));
    return Int8Array.from({ length: this.length }, (_, i) => this.bytes[first * this.length + column + i * columns]);
  }

  private write(place: number, vector: Int8Array): void {
    const column = place % this.blockSize;
    const first = place - column;
    const columns = columnsFor(Math.min(this.blockSize, this.order.length - first));
    let at = first * this.length + column;
    for (let i = 0; i < vector.length; i++, at += columns) this.bytes[at] = vector[i];
    for (let i = vector.length; i < this.length; i++, at += columns) this.bytes[at] = this.levels;
  }
}

/** How many columns a block of so many queries has. */
function columnsFor(queries: number): number {
  return Math.ceil(queries / LINE) * LINE;
}

/** ONNX Runtime takes no shared memory. */
function isShared(bytes: Uint8Array | Int8Array): boolean {
  return bytes.buffer instanceof SharedArrayBuffer;
}

/**
 * What the product of two rounded vectors may be off by. With x̂ and ŷ what is left of x and y, x·y = x̂·ŷ + x·(y − ŷ) +
 * (x − x̂)·ŷ, of which the last two are ‖x‖‖y − ŷ‖ + ‖x − x̂‖‖ŷ‖ at most.
 */
export function roundedProductError(xNorm: number, xResidual: number, yNorm: number, yResidual: number): number {
  return xNorm * yResidual + xResidual * (yNorm + yResidual);
}

function measuresOf(norms: Float64Array, residuals: Float64Array): Measures {
  return { norms, residuals, largestNorm: largestOf(norms), largestResidual: largestOf(residuals) };
}
