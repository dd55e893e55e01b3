import { Tensor } from 'onnxruntime-node';
import type { Matrix, Metric } from '../../plugins/declare.js';
import { BLOCK } from './block-graph.js';
import { largestOf } from './norms.js';
import { type ByteVectors, centreOf, queriesInBytes, reachOf, rowsInBytes } from './quantise.js';
import type { Block, BlockGraphs, ScoredSearch, Scoring } from './scoring.js';

/** A bias that no score overcomes: of rows that only fill up the last block. */
const NEVER = -(2 ** 30);
/** The longest vectors whose scores stay within 32 bits. */
export const LONGEST_IN_BYTES = 2 ** 15;

/**
 * Scores in whole numbers, of vectors in bytes: their products cost a third of those in float32 where the processor
 * has instructions for them (AVX-512 VNNI). What rounding a vector to bytes takes away is known, so that a score
 * bounds the true one. Where more rows than there is room for lie within that bound, float32 has to decide.
 */
export class ByteScoring implements Scoring {
  readonly margin = 32;
  private readonly centre: Float64Array;
  private readonly reach: number;
  private readonly rows: ByteVectors<Int8Array>;

  constructor(
    readonly graphs: BlockGraphs,
    gallery: Matrix,
    private readonly metric: Metric,
  ) {
    // Distances stay the same when everything is moved; inner products do not.
    this.centre = metric === 'l2' ? centreOf(gallery) : new Float64Array(gallery.dimension);
    this.reach = reachOf(gallery, this.centre) || 1;
    this.rows = rowsInBytes(gallery, this.centre, this.reach);
  }

  prepare(queries: Matrix, twoSided: boolean): ScoredSearch {
    // Never less than the gallery's: biases would leave the range of whole numbers.
    const reach = Math.max(this.reach, reachOf(queries, this.centre));
    return new ByteSearch(queriesInBytes(queries, this.centre, reach), this.rows, this.metric, twoSided);
  }
}

class ByteSearch implements ScoredSearch {
  readonly queryBlocks: number;
  readonly rowBlocks: number;
  /** What one step of a score is worth. */
  private readonly unit: number;
  private readonly queryBias: Int32Array;
  private readonly rowBias: Int32Array;
  private readonly ofQueries: Extremes;
  private readonly ofRows: Extremes;

  constructor(
    private readonly queries: ByteVectors<Uint8Array>,
    private readonly rows: ByteVectors<Int8Array>,
    private readonly metric: Metric,
    private readonly twoSided: boolean,
  ) {
    this.queryBlocks = Math.ceil(queries.count / BLOCK);
    this.rowBlocks = Math.ceil(rows.count / BLOCK);
    this.unit = queries.scale * rows.scale;
    this.queryBias = this.biases(queries.norms, queries.count);
    this.rowBias = this.biases(rows.norms, this.rowBlocks * BLOCK);
    this.ofQueries = extremesOf(queries);
    this.ofRows = extremesOf(rows);
  }

  queriesAt(n: number): Block {
    const first = n * BLOCK;
    const { count: all, dimension, bytes } = this.queries;
    const count = Math.min(BLOCK, all - first);
    const vectors = bytes.subarray(first * dimension, (first + count) * dimension);
    return {
      first,
      count,
      vectors: new Tensor('uint8', vectors, [count, dimension]),
      bias: this.queryBias.subarray(first, first + count),
    };
  }

  rowsAt(n: number): Block {
    const first = n * BLOCK;
    const { count, dimension, bytes } = this.rows;
    const vectors = bytes.subarray(first * dimension, (first + BLOCK) * dimension);
    return {
      first,
      count: Math.min(BLOCK, count - first),
      vectors: new Tensor('int8', vectors, [dimension, BLOCK]),
      bias: this.rowBias.subarray(first, first + BLOCK),
    };
  }

  leastOrder(query: number, score: number): number {
    // One unit more is for the rounding of the bias, and of this.
    const highest = this.unit * (score + 1) + this.error(query);
    return this.metric === 'l2' ? this.queries.norms[query] ** 2 - 2 * highest : -highest;
  }

  /**
   * With x̂ and ŷ what the bytes of a query x and a row y stand for, x·y = x̂·ŷ + x·(y − ŷ) + (x − x̂)·ŷ, of which the
   * last two are ‖x‖‖y − ŷ‖ + ‖x − x̂‖‖ŷ‖ at most. Where a set is searched for itself, the query may be the row.
   */
  private error(query: number): number {
    const { queries, rows, ofQueries, ofRows } = this;
    const asQuery = productError(queries.norms[query], queries.residuals[query], ofRows.norm, ofRows.residual);
    if (!this.twoSided) return asQuery;
    const asRow = productError(ofQueries.norm, ofQueries.residual, rows.norms[query], rows.residuals[query]);
    return Math.max(asQuery, asRow);
  }

  /** Minus half the squared norm for squared L2, in units; 0 for the inner product; `NEVER` for rows up to `padded`. */
  private biases(norms: Float64Array, padded: number): Int32Array {
    const bias = new Int32Array(padded).fill(NEVER);
    const scale = this.metric === 'l2' ? -0.5 / this.unit : 0;
    for (let n = 0; n < norms.length; n++) bias[n] = Math.round(scale * norms[n] ** 2);
    return bias;
  }
}

function productError(xNorm: number, xResidual: number, yNorm: number, yResidual: number): number {
  return xNorm * yResidual + xResidual * (yNorm + yResidual);
}

/** The largest norm, and the largest residual, of some vectors. */
interface Extremes {
  readonly norm: number;
  readonly residual: number;
}

function extremesOf({ norms, residuals }: ByteVectors<unknown>): Extremes {
  return { norm: largestOf(norms), residual: largestOf(residuals) };
}
