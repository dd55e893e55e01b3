import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Matrix, Metric } from '../../../plugins/declare.js';
import { dot, orthonormalise, rowsBetween } from '../../../plugins/matrix.js';
import { openSession } from '../../session.js';
import { BLOCK, doubleGraph } from '../block-graph.js';
import { centreOf, normsOf } from './quantise.js';

/** Fewer rows are searched before their directions are found. */
const LEAST_ROWS = 2 ** 13;
/** Rows that directions are found of. */
const SAMPLE = 4096;
/** So many directions are followed at the most, for their time to be bounded, and this share of all, to be worth it. */
const MOST_DIRECTIONS = 256;
const MOST_SHARE = 3 / 8;
const ROUNDS = 3;
/** What may lie outside of the directions, as a share of what the vectors' squares sum up to. */
const REST = 0.005;
/** More than what each term of a sum of squares is rounded by, so that no rest is shorter than it is. */
const DOUBLE_ROUNDING = 2 ** -50;
/** Where a round leaves more outside, the next ones do not help. */
const HOPELESS = 0.2;

/** What is kept of vectors. */
export interface Reduced {
  readonly vectors: Matrix;
  /** Of the whole vectors, moved by the centre. */
  readonly norms: Float64Array;
  /** Of what lies outside of the directions. */
  readonly rests: Float64Array;
}

/**
 * What half a squared distance, or a product, of what is kept of two vectors of these lengths is rounded by at most: their
 * values are, to float32, by 2⁻²⁴ of them.
 */
export function roundedBy(norm: number, other: number): number {
  return 2 ** -22 * (norm + other) ** 2;
}

/**
 * A few directions in which nearly all of some vectors lies, as those of faces do. Of a vector x, moved by the centre, the
 * part x₁ within them and the length of the rest are kept: x·y ≤ x₁·y₁ + ‖x₂‖‖y₂‖, and lengths stay. So distances of what
 * is kept are at most the true ones, and inner products at least.
 */
export class PrincipalPart {
  private constructor(
    private readonly centre: Float64Array,
    /** [directions, dimension], at right angles, of length 1. */
    private readonly basis: Tensor,
    private readonly session: InferenceSession,
  ) {}

  /** Undefined where vectors are few, or lie in all directions. */
  static async of(gallery: Matrix, metric: Metric, threads: number): Promise<PrincipalPart | undefined> {
    const { rows, dimension } = gallery;
    const count = Math.min(MOST_DIRECTIONS, Math.floor(MOST_SHARE * dimension));
    if (rows < LEAST_ROWS || count < 8) return undefined;
    const session = await openSession(doubleGraph(dimension), { threads });
    const centre = metric === 'l2' ? centreOf(gallery) : new Float64Array(dimension);
    const basis = await directionsOf(await momentsOf(gallery, centre, threads), dimension, count, session);
    if (basis) return new PrincipalPart(centre, basis, session);
    await session.release();
    return undefined;
  }

  /** The part within, turned at random within the directions, and behind it the length of what is left. */
  async reduce(vectors: Matrix): Promise<Reduced> {
    const [directions, dimension] = this.basis.dims as [number, number];
    const length = directions + 1;
    const reduced = new Float32Array(vectors.rows * length);
    const norms = normsOf(vectors, this.centre);
    const rests = new Float64Array(vectors.rows);
    for (let first = 0; first < vectors.rows; first += BLOCK) {
      const block = rowsBetween(vectors, first, Math.min(vectors.rows, first + BLOCK));
      const moved = new Float64Array(block.data.length);
      for (let at = 0; at < moved.length; at++) moved[at] = block.data[at]! - this.centre[at % dimension]!;
      const queries = new Tensor('float64', moved, [block.rows, dimension]);
      const { products } = await this.session.run({ queries, rows: this.basis });
      const within = products!.data as Float64Array;
      for (let n = 0; n < block.rows; n++) {
        const row = first + n;
        let rest = norms[row]! ** 2;
        for (let i = 0; i < directions; i++) {
          const value = within[n * directions + i]!;
          reduced[row * length + i] = value;
          rest -= value * value;
        }
        rests[row] = Math.sqrt(Math.max(0, rest + norms[row]! ** 2 * dimension * DOUBLE_ROUNDING));
        reduced[row * length + directions] = rests[row]!;
      }
    }
    return { vectors: { data: reduced, rows: vectors.rows, dimension: length }, norms, rests };
  }

  close(): Promise<void> {
    return this.session.release();
  }
}

/** Σ(x − c)(x − c)ᵀ over some rows: [dimension, dimension]. */
async function momentsOf(gallery: Matrix, centre: Float64Array, threads: number): Promise<Tensor> {
  const { data, rows, dimension } = gallery;
  const count = Math.min(rows, SAMPLE);
  const columns = new Float64Array(dimension * count);
  for (let n = 0; n < count; n++) {
    const first = Math.floor((n * rows) / count) * dimension;
    for (let i = 0; i < dimension; i++) columns[i * count + n] = data[first + i]! - centre[i]!;
  }
  const session = await openSession(doubleGraph(count), { threads });
  const values = new Tensor('float64', columns, [dimension, count]);
  const { products } = await session.run({ queries: values, rows: values });
  await session.release();
  return products!;
}

/**
 * The directions of the largest moments, as few as leave little outside, by subspace iteration (Golub and Van Loan, Matrix
 * Computations, 8.2.4), turned among themselves at random: bytes hold values of one size best. Undefined where too much is
 * outside of so many.
 */
async function directionsOf(
  moments: Tensor,
  dimension: number,
  count: number,
  session: InferenceSession,
): Promise<Tensor | undefined> {
  const times = async (basis: Float64Array) => {
    const { products } = await session.run({
      queries: new Tensor('float64', basis, [count, dimension]),
      rows: moments,
    });
    return products!.data as Float64Array;
  };
  let total = 0;
  for (let i = 0; i < dimension; i++) total += (moments.data as Float64Array)[i * dimension + i]!;
  let basis = drawnDirections(count, dimension);
  let images = await times(basis);
  let inside: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    basis = images;
    orthonormalise(rowsOf(basis, count, dimension));
    images = await times(basis);
    const imagesOf = rowsOf(images, count, dimension);
    inside = rowsOf(basis, count, dimension).map((direction, n) => dot(direction, imagesOf[n]!));
    if (inside.reduce((sum, one) => sum + one, 0) < total * (1 - HOPELESS)) return undefined;
  }
  let [needed, held] = [0, 0];
  do held += inside[needed++]!;
  while (held < total * (1 - REST) && needed < count);
  return held < total * (1 - REST) ? undefined : turned(basis, needed, dimension);
}

function rowsOf(values: Float64Array, count: number, length: number): Float64Array[] {
  return Array.from({ length: count }, (_, n) => values.subarray(n * length, (n + 1) * length));
}

function drawnDirections(count: number, dimension: number): Float64Array {
  const random = xoroshiro128plus(1);
  // Sums of three lie nearly as a normal distribution's values do, which has no direction of its own.
  const drawn = () => uniformFloat64(random) + uniformFloat64(random) + uniformFloat64(random) - 1.5;
  return Float64Array.from({ length: count * dimension }, drawn);
}

/** The first so many directions, turned among themselves. */
function turned(basis: Float64Array, count: number, dimension: number): Tensor {
  const turn = drawnDirections(count, count);
  orthonormalise(rowsOf(turn, count, count));
  const result = new Float64Array(count * dimension);
  for (let n = 0; n < count; n++) {
    for (let m = 0; m < count; m++) {
      const share = turn[n * count + m]!;
      for (let i = 0; i < dimension; i++) result[n * dimension + i]! += share * basis[m * dimension + i]!;
    }
  }
  orthonormalise(rowsOf(result, count, dimension));
  return new Tensor('float64', result, [count, dimension]);
}
