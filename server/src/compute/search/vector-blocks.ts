import { Tensor } from 'onnxruntime-node';
import type { Matrix, Metric } from '../../plugins/declare.js';
import { BLOCK } from './block-graph.js';

/** A bias that no score overcomes: of rows that only fill up the last block. */
const NEVER = -3e38;

/** A block of vectors as tensors, with their biases as a row and as a column. */
export interface VectorBlock {
  readonly first: number;
  /** How many of the block's rows are vectors; the rest fill it up. */
  readonly count: number;
  readonly vectors: Tensor;
  readonly bias: Float32Array;
  readonly rowBias: Tensor;
  readonly columnBias: Tensor;
}

/** Vectors cut into blocks. A whole block is a view of the matrix; only the last may be a copy, filled up. */
export class VectorBlocks {
  readonly count: number;
  private readonly bias: Float32Array;
  private tail: Float32Array | undefined;

  constructor(
    private readonly matrix: Matrix,
    metric: Metric,
  ) {
    this.count = Math.ceil(matrix.rows / BLOCK);
    this.bias = biases(matrix, metric, this.count * BLOCK);
  }

  at(n: number): VectorBlock {
    const first = n * BLOCK;
    const count = Math.min(BLOCK, this.matrix.rows - first);
    const { dimension } = this.matrix;
    const bias = this.bias.subarray(first, first + BLOCK);
    return {
      first,
      count,
      vectors: new Tensor('float32', this.vectorsAt(first, count), [BLOCK, dimension]),
      bias,
      rowBias: new Tensor('float32', bias, [1, BLOCK]),
      columnBias: new Tensor('float32', bias, [BLOCK, 1]),
    };
  }

  private vectorsAt(first: number, count: number): Float32Array {
    const { data, dimension } = this.matrix;
    if (count === BLOCK) return data.subarray(first * dimension, (first + BLOCK) * dimension);
    if (!this.tail) {
      this.tail = new Float32Array(BLOCK * dimension);
      this.tail.set(data.subarray(first * dimension, (first + count) * dimension));
    }
    return this.tail;
  }
}

/** Minus half the squared norm for squared L2, 0 for the inner product. */
function biases(matrix: Matrix, metric: Metric, padded: number): Float32Array {
  const bias = new Float32Array(padded).fill(NEVER);
  for (let row = 0; row < matrix.rows; row++) bias[row] = metric === 'l2' ? -squaredNorm(matrix, row) / 2 : 0;
  return bias;
}

/** ‖x‖² in double precision. */
export function squaredNorm({ data, dimension }: Matrix, row: number): number {
  let sum = 0;
  for (let i = row * dimension, end = i + dimension; i < end; i++) sum += data[i] * data[i];
  return sum;
}
