import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Matrix, PairsAmong, WorkContext } from '../../../plugins/declare.js';
import { openSession } from '../../session.js';
import { doubleGraph } from '../block-graph.js';
import { centreOf } from '../bytes/quantise.js';
import { distanceOf } from '../distances.js';
import { largestOf, squaredNorms } from '../norms.js';
import { drawDistances, type PairSet } from './pair-set.js';

/** Rows of a block: the products of two stay in the cache while they are counted. */
const ROWS = 512;
/** Half of the spacing of doubles at 1. */
const UNIT_ROUNDOFF = 2 ** -53;
const MOST_CELLS = 2 ** 21;
const PIVOT_SAMPLE = 1000;

/**
 * How the squared L2 distances of all pairs of rows of two groups lie among ascending marks, and their mean and
 * variance: exactly as if each distance was computed alone. Distances come from matrix products in double precision,
 * with their rounding bounded; the few that lie so near to a mark that rounding may have carried them over it are
 * computed again, one by one. There is a pair, and a mark.
 */
export async function pairsAmong(
  set: PairSet,
  marks: Float64Array,
  { threads, signal, progress }: WorkContext & { readonly threads: number },
): Promise<PairsAmong> {
  const { rows } = set.vectors;
  const session = await openSession(doubleGraph(set.vectors.dimension), { threads });
  const count = new MarkedCount(set, marks);
  const blocks = Math.ceil(rows / ROWS);
  const all = (blocks * (blocks + 1)) / 2;
  let done = 0;
  try {
    for (let first = 0; first < rows; first += ROWS) {
      const own = count.centred.at(first);
      for (let second = first; second < rows; second += ROWS) {
        signal.throwIfAborted();
        const other = second === first ? own : count.centred.at(second);
        await count.add(session, { first, vectors: own }, { first: second, vectors: other });
        progress(++done, all);
      }
    }
  } finally {
    await session.release();
  }
  return count.result;
}

interface Block {
  readonly first: number;
  readonly vectors: Tensor;
}

/** Vectors moved by their centre, of which their distances do not depend, so that their norms are small beside them. */
class Centred {
  readonly squaredNorms: Float64Array;
  private readonly centre: Float32Array;

  constructor(private readonly vectors: Matrix) {
    this.centre = Float32Array.from(centreOf(vectors));
    this.squaredNorms = new Float64Array(vectors.rows);
    for (let first = 0; first < vectors.rows; first += ROWS) {
      const { data, dims } = this.at(first);
      this.squaredNorms.set(squaredNorms({ data: data as Float64Array, rows: dims[0], dimension: dims[1] }), first);
    }
  }

  at(first: number): Tensor {
    const { data, rows, dimension } = this.vectors;
    const count = Math.min(ROWS, rows - first);
    const moved = new Float64Array(count * dimension);
    for (let at = 0, from = first * dimension; at < moved.length; ) {
      for (let i = 0; i < dimension; i++) moved[at++] = data[from++] - this.centre[i];
    }
    return new Tensor('float64', moved, [count, dimension]);
  }
}

class MarkedCount {
  readonly centred: Centred;
  /** What a distance that is worked out from a product, and that of `distanceOf`, are apart at most. */
  private readonly error: number;
  private readonly grid: Grid;
  private readonly between: Float64Array;
  private readonly equal: Float64Array;
  private readonly products = new Float64Array(ROWS * ROWS);
  /** Near the mean: deviations from it do not cancel out. */
  private readonly pivot: number;
  private count = 0;
  private sum = 0;
  private squares = 0;

  constructor(
    private readonly set: PairSet,
    private readonly marks: Float64Array,
  ) {
    this.centred = new Centred(set.vectors);
    // γ of the terms (float-scoring.ts), of three more roundings and of that of moving both vectors, which counts four
    // times, of (‖a‖ + ‖b‖)² at the most; and as much for what `distanceOf` rounds by.
    const terms = (set.vectors.dimension + 8) * UNIT_ROUNDOFF;
    this.error = 2 * (terms / (1 - terms)) * 4 * largestOf(this.centred.squaredNorms);
    this.grid = new Grid(marks, this.error);
    this.between = new Float64Array(marks.length + 1);
    this.equal = new Float64Array(marks.length);
    const drawn = drawDistances(set, PIVOT_SAMPLE);
    this.pivot = drawn.reduce((sum, distance) => sum + distance, 0) / drawn.length;
  }

  get result(): PairsAmong {
    const apart = this.sum / this.count;
    const moments = {
      count: this.count,
      mean: this.pivot + apart,
      variance: Math.max(0, this.squares / this.count - apart ** 2),
    };
    return { between: this.between, equal: this.equal, moments };
  }

  async add(session: InferenceSession, own: Block, other: Block): Promise<void> {
    const [queries, rows] = [own.vectors.dims[0], other.vectors.dims[0]];
    const products = new Tensor('float64', this.products.subarray(0, queries * rows), [queries, rows]);
    await session.run({ queries: own.vectors, rows: other.vectors }, { products });
    for (let n = 0; n < queries; n++) {
      const row = own.first + n;
      const from = Math.max(0, this.set.ends[row] - other.first);
      if (from < rows) this.addRow(row, n * rows, other.first, from, rows);
    }
  }

  /** The pairs of a row with those of a block from `from` up to `to`; `at` is where its products begin. */
  private addRow(row: number, at: number, first: number, from: number, to: number): void {
    const { products, between, pivot } = this;
    const squared = this.centred.squaredNorms;
    const { cells, low, high, scale } = this.grid;
    const own = squared[row];
    const last = cells.length - 1;
    let [sum, squares] = [0, 0];
    for (let n = from; n < to; n++) {
      let distance = own + squared[first + n] - 2 * products[at + n];
      const cell = distance < low ? 0 : distance >= high ? last : 1 + Math.floor((distance - low) * scale);
      const place = cells[cell];
      if (place >= 0) between[place] += 1;
      else distance = this.place(row, first + n, distance, cell);
      const apart = distance - pivot;
      sum += apart;
      squares += apart * apart;
    }
    this.count += to - from;
    this.sum += sum;
    this.squares += squares;
  }

  /** Counts a distance in a cell with marks, and gives it as well as it had to be known. */
  private place(row: number, other: number, distance: number, cell: number): number {
    const { marks, error } = this;
    const place = this.grid.placeIn(cell, distance);
    const isNear =
      (place < marks.length && marks[place] - distance <= error) || (place > 0 && distance - marks[place - 1] <= error);
    if (!isNear) {
      this.between[place] += 1;
      return distance;
    }
    const exact = distanceOf('l2', this.set.vectors, row, this.set.vectors, other);
    const exactPlace = lowerBound(marks, exact, 0, marks.length);
    if (marks[exactPlace] === exact) this.equal[exactPlace] += 1;
    else this.between[exactPlace] += 1;
    return exact;
  }
}

/** Equal cells over all marks, and one on either side for what lies beyond. */
class Grid {
  /** Of a cell how many marks lie below whatever is in it; where that differs within the cell, the least, negated less 1. */
  readonly cells: Int32Array;
  readonly low: number;
  readonly high: number;
  readonly scale: number;

  constructor(
    private readonly marks: Float64Array,
    error: number,
  ) {
    const count = Math.min(MOST_CELLS, 8 * marks.length + 64);
    const [least, most] = [marks[0], marks[marks.length - 1]];
    const margin = 4 * error + ((most - least) / count) * 2 + Number.MIN_VALUE;
    this.low = least - margin;
    this.high = most + margin;
    const width = (this.high - this.low) / count;
    this.scale = 1 / width;
    this.cells = new Int32Array(count + 2);
    // A distance is put into a cell with a rounding, too.
    const slack = error + width / 1024;
    let [below, within] = [0, 0];
    for (let cell = 0; cell < this.cells.length; cell++) {
      const start = this.low + (cell - 1) * width - slack;
      const end = cell === this.cells.length - 1 ? Number.POSITIVE_INFINITY : this.low + cell * width + slack;
      while (cell > 0 && below < marks.length && marks[below] < start) below += 1;
      while (within < marks.length && marks[within] <= end) within += 1;
      this.cells[cell] = within === below ? below : -1 - below;
    }
  }

  /** How many marks are less than a distance that is in a cell. */
  placeIn(cell: number, distance: number): number {
    const from = -1 - this.cells[cell];
    // Whatever is two cells further is greater.
    const behind = cell + 2 < this.cells.length ? this.cells[cell + 2] : this.marks.length;
    return lowerBound(this.marks, distance, from, behind < 0 ? -1 - behind : behind);
  }
}

/** How many of ascending values are less, of which those before `from` are and those from `to` on are not. */
function lowerBound(values: Float64Array, limit: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
