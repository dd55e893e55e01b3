import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Matrix, Metric, WorkContext } from '../../plugins/declare.js';
import { openSession } from '../session.js';
import { BLOCK, floatGraph, GROUP } from './block-graph.js';
import type { Candidates } from './candidates.js';
import { largestOf, squaredNorms } from './norms.js';
import type { ScoredSearch, Scoring } from './scoring.js';

/** A bias that no score overcomes: of rows that only fill up the last block. */
const NEVER = -3e38;
/** Half of float32's spacing at 1. */
export const UNIT_ROUNDOFF = 2 ** -24;
const GROUPS = BLOCK / GROUP;

/** Scores in float32: blocks are views of the vectors themselves. */
export class FloatScoring implements Scoring {
  private constructor(
    private readonly rows: RowBlocks,
    private readonly session: InferenceSession,
    private readonly metric: Metric,
  ) {}

  static async open(gallery: Matrix, metric: Metric, threads: number): Promise<FloatScoring> {
    const session = await openSession(floatGraph(gallery.dimension), { threads });
    return new FloatScoring(new RowBlocks(gallery, metric), session, metric);
  }

  widthFor(k: number): number {
    return k + 8;
  }

  async prepare(queries: Matrix): Promise<ScoredSearch> {
    return new FloatSearch(queries, this.rows, this.session, this.metric);
  }

  close(): Promise<void> {
    return this.session.release();
  }
}

/** Some consecutive vectors; those that only fill up a block are not counted. */
interface FloatBlock {
  readonly first: number;
  readonly count: number;
  readonly vectors: Tensor;
}

interface RowBlock extends FloatBlock {
  /** What is added to the product with each of them; `NEVER` for those that are not counted. */
  readonly bias: Float32Array;
}

class FloatSearch implements ScoredSearch {
  private readonly squared: Float64Array;
  private readonly gamma: number;
  private readonly dot = new Float32Array(BLOCK * BLOCK);
  private readonly best = new Float32Array(BLOCK * GROUPS);

  constructor(
    private readonly queries: Matrix,
    private readonly rows: RowBlocks,
    private readonly session: InferenceSession,
    private readonly metric: Metric,
  ) {
    this.squared = squaredNorms(queries);
    // Two more roundings: of the bias, and of its sum with the product.
    const terms = (queries.dimension + 2) * UNIT_ROUNDOFF;
    this.gamma = terms / (1 - terms);
  }

  async offerAll(
    candidates: Candidates,
    { signal, progress }: WorkContext,
    offered: (first: number, end: number) => void,
  ): Promise<void> {
    for (let first = 0; first < this.queries.rows; first += BLOCK) {
      const queries = this.queriesAt(first);
      for (let j = 0; j < this.rows.count; j++) {
        signal.throwIfAborted();
        const rows = this.rows.at(j);
        await this.score(queries, rows);
        this.offerBlock(candidates, queries, rows);
      }
      offered(first, first + queries.count);
      progress(first + queries.count, this.queries.rows);
    }
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

  private queriesAt(first: number): FloatBlock {
    const count = Math.min(BLOCK, this.queries.rows - first);
    const { data, dimension } = this.queries;
    const vectors = data.subarray(first * dimension, (first + count) * dimension);
    return { first, count, vectors: new Tensor('float32', vectors, [count, dimension]) };
  }

  private async score(queries: FloatBlock, rows: RowBlock): Promise<void> {
    const output = (data: Float32Array, columns: number) =>
      new Tensor('float32', data.subarray(0, queries.count * columns), [queries.count, columns]);
    await this.session.run(
      { queries: queries.vectors, rows: rows.vectors, row_bias: new Tensor('float32', rows.bias, [1, BLOCK]) },
      { dot: output(this.dot, BLOCK), row_best: output(this.best, GROUPS) },
    );
  }

  /** Only groups whose largest score is above a query's threshold are looked into. */
  private offerBlock(candidates: Candidates, queries: FloatBlock, rows: RowBlock): void {
    const groups = Math.ceil(rows.count / GROUP);
    for (let n = 0; n < queries.count; n++) {
      for (let group = 0; group < groups; group++) {
        if (this.best[n * GROUPS + group] > candidates.thresholds[queries.first + n])
          this.offerGroup(candidates, queries.first, n, rows, group);
      }
    }
  }

  private offerGroup(candidates: Candidates, first: number, n: number, rows: RowBlock, group: number): void {
    for (let row = group * GROUP, end = Math.min(row + GROUP, rows.count); row < end; row++) {
      const score = this.dot[n * BLOCK + row] + rows.bias[row];
      if (score > candidates.thresholds[first + n]) candidates.offer(first + n, rows.first + row, score);
    }
  }
}

/** Gallery rows cut into blocks. A whole block is a view of the matrix; only the last may be a copy, filled up. */
export class RowBlocks {
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
    this.bias = new Float32Array(this.count * BLOCK).fill(NEVER);
    for (let row = 0; row < squared.length; row++) this.bias[row] = metric === 'l2' ? -squared[row] / 2 : 0;
  }

  at(n: number): RowBlock {
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
