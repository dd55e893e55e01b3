import { Tensor } from 'onnxruntime-node';
import type { Matrix, Metric } from '../../plugins/declare.js';
import { BLOCK } from './block-graph.js';
import { largestOf, squaredNorms } from './norms.js';
import type { Block, BlockGraphs, ScoredSearch, Scoring } from './scoring.js';

/** A bias that no score overcomes: of rows that only fill up the last block. */
const NEVER = -3e38;
/** Half of float32's spacing at 1. */
const UNIT_ROUNDOFF = 2 ** -24;

/** Scores in float32: blocks are views of the vectors themselves. */
export class FloatScoring implements Scoring {
  readonly margin = 8;
  private readonly rows: RowBlocks;

  constructor(
    readonly graphs: BlockGraphs,
    gallery: Matrix,
    private readonly metric: Metric,
  ) {
    this.rows = new RowBlocks(gallery, metric);
  }

  prepare(queries: Matrix): ScoredSearch {
    return new FloatSearch(queries, this.rows, this.metric);
  }
}

class FloatSearch implements ScoredSearch {
  readonly queryBlocks: number;
  readonly rowBlocks: number;
  private readonly squared: Float64Array;
  private readonly bias: Float32Array;
  private readonly gamma: number;

  constructor(
    private readonly queries: Matrix,
    private readonly rows: RowBlocks,
    private readonly metric: Metric,
  ) {
    this.queryBlocks = Math.ceil(queries.rows / BLOCK);
    this.rowBlocks = rows.count;
    this.squared = squaredNorms(queries);
    this.bias = biases(this.squared, metric, queries.rows);
    // Two more roundings: of the bias, and of its sum with the product.
    const terms = (queries.dimension + 2) * UNIT_ROUNDOFF;
    this.gamma = terms / (1 - terms);
  }

  queriesAt(n: number): Block {
    const first = n * BLOCK;
    const count = Math.min(BLOCK, this.queries.rows - first);
    const { data, dimension } = this.queries;
    const vectors = data.subarray(first * dimension, (first + count) * dimension);
    return {
      first,
      count,
      vectors: new Tensor('float32', vectors, [count, dimension]),
      bias: this.bias.subarray(first, first + count),
    };
  }

  rowsAt(n: number): Block {
    return this.rows.at(n);
  }

  /**
   * A float32 dot product of n terms is off by at most γₙ‖q‖‖g‖, γₙ = n·u / (1 − n·u) (N. Higham, Accuracy and
   * Stability of Numerical Algorithms, §3.1).
   */
  leastOrder(query: number, score: number): number {
    const squared = this.squared[query];
    const { largestNorm } = this.rows;
    const highest = score + this.gamma * (Math.sqrt(squared) * largestNorm + largestNorm ** 2);
    return this.metric === 'l2' ? squared - 2 * highest : -highest;
  }
}

/** Gallery rows cut into blocks. A whole block is a view of the matrix; only the last may be a copy, filled up. */
class RowBlocks {
  readonly count: number;
  readonly largestNorm: number;
  private readonly bias: Float32Array;
  private tail: Float32Array | undefined;

  constructor(
    private readonly gallery: Matrix,
    metric: Metric,
  ) {
    this.count = Math.ceil(gallery.rows / BLOCK);
    const squared = squaredNorms(gallery);
    this.largestNorm = Math.sqrt(largestOf(squared));
    this.bias = biases(squared, metric, this.count * BLOCK);
  }

  at(n: number): Block {
    const first = n * BLOCK;
    const count = Math.min(BLOCK, this.gallery.rows - first);
    const vectors = new Tensor('float32', this.vectorsAt(first, count), [BLOCK, this.gallery.dimension]);
    return { first, count, vectors, bias: this.bias.subarray(first, first + BLOCK) };
  }

  private vectorsAt(first: number, count: number): Float32Array {
    const { data, dimension } = this.gallery;
    if (count === BLOCK) return data.subarray(first * dimension, (first + BLOCK) * dimension);
    if (!this.tail) {
      this.tail = new Float32Array(BLOCK * dimension);
      this.tail.set(data.subarray(first * dimension, (first + count) * dimension));
    }
    return this.tail;
  }
}

/** Minus half the squared norm for squared L2, 0 for the inner product; `NEVER` for rows up to `padded`. */
function biases(squared: Float64Array, metric: Metric, padded: number): Float32Array {
  const bias = new Float32Array(padded).fill(NEVER);
  for (let row = 0; row < squared.length; row++) bias[row] = metric === 'l2' ? -squared[row] / 2 : 0;
  return bias;
}
