import type { Matrix, VectorBlock, VectorSource } from './declare.js';

/** What rounding leaves of a direction that others make up, as a share of its length. */
const NOTHING_LEFT = 1e-12;

/** Bytes of a matrix that is held for a while, where the work goes on in parts. */
const PART_BYTES = 128 * 2 ** 20;

/** A copy of the chosen rows, in their order. */
export function selectRows({ data, dimension }: Matrix, rows: ArrayLike<number>): Matrix {
  const selected = new Float32Array(rows.length * dimension);
  for (let target = 0; target < rows.length; target++) {
    const row = rows[target]!;
    selected.set(data.subarray(row * dimension, (row + 1) * dimension), target * dimension);
  }
  return { data: selected, rows: rows.length, dimension };
}

/** The rows from `start` up to `end`, without a copy. */
export function rowsBetween({ data, dimension }: Matrix, start: number, end: number): Matrix {
  return { data: data.subarray(start * dimension, end * dimension), rows: end - start, dimension };
}

/** Vectors that are in memory, for whoever takes a source. */
export function inMemory(matrix: Matrix): VectorSource {
  return new MemoryVectors(matrix);
}

class MemoryVectors implements VectorSource {
  constructor(readonly matrix: Matrix) {}

  get rows(): number {
    return this.matrix.rows;
  }

  get dimension(): number {
    return this.matrix.dimension;
  }

  async *blocks(): AsyncIterable<VectorBlock> {
    if (this.rows > 0) yield { first: 0, ...this.matrix };
  }

  async rowsAt(rows: ArrayLike<number>): Promise<Matrix> {
    return selectRows(this.matrix, rows);
  }
}

/** All vectors at hand, for work that needs any of them at any time; of those in memory it is no copy. */
export async function wholeOf(source: VectorSource): Promise<Matrix> {
  if (source instanceof MemoryVectors) return source.matrix;
  const { rows, dimension } = source;
  const data = new Float32Array(rows * dimension);
  for await (const block of source.blocks()) data.set(block.data, block.first * dimension);
  return { data, rows, dimension };
}

/** The chosen rows of a source, in their order, as a source. */
export function someOf(source: VectorSource, chosen: readonly number[]): VectorSource {
  const { dimension } = source;
  return {
    rows: chosen.length,
    dimension,
    blocks: () => blocksBetween(chosen.length, dimension, (start, end) => source.rowsAt(chosen.slice(start, end))),
    rowsAt: (rows) => source.rowsAt(Array.from(rows, (row) => chosen[row]!)),
  };
}

/** The vectors of a source, each block of them changed in a way that goes vector by vector. */
export function mapped(source: VectorSource, change: (vectors: Matrix) => Matrix): VectorSource {
  return {
    rows: source.rows,
    dimension: source.dimension,
    async *blocks() {
      for await (const block of source.blocks()) yield { first: block.first, ...change(block) };
    },
    rowsAt: async (rows) => change(await source.rowsAt(rows)),
  };
}

/** Blocks that are read range by range, each as large as work in parts can do with. */
export async function* blocksBetween(
  rows: number,
  dimension: number,
  read: (start: number, end: number) => Promise<Matrix>,
  bytes: number = PART_BYTES,
): AsyncIterable<VectorBlock> {
  const step = rowsIn(dimension, bytes);
  for (let first = 0; first < rows; first += step) {
    yield { first, ...(await read(first, Math.min(rows, first + step))) };
  }
}

/** How many vectors of a dimension take so many bytes; one at least. */
export function rowsIn(dimension: number, bytes: number = PART_BYTES): number {
  return Math.max(1, Math.floor(bytes / (Float32Array.BYTES_PER_ELEMENT * Math.max(1, dimension))));
}

/** Turns directions of one length, in place, to right angles and length 1, by Gram and Schmidt, twice. One of which nothing is left is zero. */
export function orthonormalise(basis: readonly Float64Array[]): void {
  for (const [n, direction] of basis.entries()) {
    const whole = Math.sqrt(dot(direction, direction));
    for (let twice = 0; twice < 2; twice++) {
      for (let m = 0; m < n; m++) {
        const before = basis[m]!;
        const shared = dot(direction, before);
        for (let i = 0; i < direction.length; i++) direction[i]! -= shared * before[i]!;
      }
    }
    const length = Math.sqrt(dot(direction, direction));
    if (length > NOTHING_LEFT * whole) for (let i = 0; i < direction.length; i++) direction[i]! /= length;
    else direction.fill(0);
  }
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
