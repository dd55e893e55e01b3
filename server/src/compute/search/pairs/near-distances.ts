import type { Matrix } from '../../../plugins/declare.js';
import { BLOCK } from '../block-graph.js';
import { UNIT_ROUNDOFF } from '../float-scoring.js';
import { DISTANCES_WASM } from './distances-wasm.js';
import type { Margins } from './windows.js';

const PAGE = 65_536;
/** Bytes of a vector are a multiple of this. */
const LINE = 64;
/** Pairs that are computed at once. */
const AT_ONCE = 4096;

/** TypeScript declares it for browsers alone. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** What distances.wat exports. */
interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  distances(pairs: number, count: number, bytes: number, target: number): void;
  high(from: number, bytes: number, target: number): number;
}

/** Squared L2 distances in float32 of chosen pairs of two blocks of vectors, by a kernel that takes four values at a time. */
export class NearDistances {
  /** For scores of a block, of which `placesOfHigh` tells those with the highest bit set. */
  readonly sieved: Uint8Array<ArrayBuffer>;
  private readonly highPlaces: Int32Array;
  private readonly bytes: number;
  private readonly kernel: Kernel;
  private readonly values: readonly [Float32Array, Float32Array];
  private readonly places: Int32Array;
  private readonly distances: Float32Array;
  private readonly rows = new Int32Array(AT_ONCE);
  private readonly others = new Int32Array(AT_ONCE);
  private count = 0;

  constructor(
    private readonly vectors: Matrix,
    private readonly visit: (row: number, other: number, distance: number) => void,
  ) {
    this.bytes = bytesOf(vectors.dimension);
    const module = new WebAssembly.Module(Buffer.from(DISTANCES_WASM, 'base64'));
    this.kernel = new WebAssembly.Instance(module).exports as Kernel;
    const block = BLOCK * this.bytes;
    const [pairsAt, distancesAt] = [2 * block, 2 * block + 8 * AT_ONCE];
    const sievedAt = distancesAt + 4 * AT_ONCE;
    const size = sievedAt + BLOCK ** 2 * (1 + 4);
    this.kernel.memory.grow(Math.ceil(size / PAGE));
    const { buffer } = this.kernel.memory;
    this.values = [new Float32Array(buffer, 0, block / 4), new Float32Array(buffer, block, block / 4)];
    this.places = new Int32Array(buffer, pairsAt, 2 * AT_ONCE);
    this.distances = new Float32Array(buffer, distancesAt, AT_ONCE);
    this.sieved = new Uint8Array(buffer, sievedAt, BLOCK ** 2);
    this.highPlaces = new Int32Array(buffer, sievedAt + BLOCK ** 2, BLOCK ** 2);
  }

  /** Takes the rows with these ids, at most 1,024, as the first of pairs or as the second. */
  hold(side: 0 | 1, ids: Int32Array): void {
    this.flush();
    const { data, dimension } = this.vectors;
    const values = this.values[side];
    const step = this.bytes / 4;
    for (let n = 0; n < ids.length; n++) {
      const from = ids[n] * dimension;
      values.set(data.subarray(from, from + dimension), n * step);
    }
  }

  /** Where the first of the sieved scores, so many that they are a multiple of 16, are 128 and more: valid until the next call. */
  placesOfHigh(count: number): Int32Array {
    const found = this.kernel.high(this.sieved.byteOffset, count, this.highPlaces.byteOffset);
    return this.highPlaces.subarray(0, found);
  }

  /** Has a pair visited, now or at the next `flush`: the row at a place of the first block and that of the second. */
  add(first: number, second: number, row: number, other: number): void {
    const n = this.count++;
    this.places[2 * n] = first * this.bytes;
    this.places[2 * n + 1] = (BLOCK + second) * this.bytes;
    this.rows[n] = row;
    this.others[n] = other;
    if (this.count === AT_ONCE) this.flush();
  }

  flush(): void {
    if (this.count === 0) return;
    this.kernel.distances(this.places.byteOffset, this.count, this.bytes, this.distances.byteOffset);
    for (let n = 0; n < this.count; n++) this.visit(this.rows[n], this.others[n], this.distances[n]);
    this.count = 0;
  }
}

function bytesOf(dimension: number): number {
  return Math.max(1, Math.ceil((4 * dimension) / LINE)) * LINE;
}

/**
 * What such a distance is off by at most: of each term the difference and its square are rounded, and then sums of every
 * sixteenth term, and of those; all are positive. What is too small for float32 is beside that.
 */
export function nearMargins(dimension: number): Margins {
  const terms = (bytesOf(dimension) / LINE + 8) * UNIT_ROUNDOFF;
  // The distance in double precision is rounded, too, by far less.
  return { relative: (1.01 * terms) / (1 - terms), absolute: (dimension + 1) * 2 ** -126 };
}
