import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { WorkContext } from '../../../plugins/declare.js';
import { openSession } from '../../session.js';
import { BLOCK, floatGraph, GROUP } from '../block-graph.js';
import { RowBlocks, UNIT_ROUNDOFF } from '../float-scoring.js';
import { squaredNorms } from '../norms.js';
import { type PairSet, productError } from './pair-set.js';
import type { Margins, Windows } from './windows.js';

const GROUPS = BLOCK / GROUP;

/** Sieves pairs by products in float32. */
export class FloatSieve {
  private readonly squared: Float64Array;
  private readonly blocks: RowBlocks;
  readonly margins: Margins;
  private readonly dot = new Float32Array(BLOCK * BLOCK);
  private readonly best = new Float32Array(BLOCK * GROUPS);

  private constructor(
    private readonly set: PairSet,
    private readonly session: InferenceSession,
  ) {
    const { vectors } = set;
    this.squared = squaredNorms(vectors);
    this.blocks = new RowBlocks(vectors, 'l2');
    // Of a score in float32; and its distance is held in float32.
    const absolute = 2 * productError(vectors.dimension, this.blocks.largestNorm);
    this.margins = { relative: UNIT_ROUNDOFF, absolute };
  }

  static async open(set: PairSet, threads: number): Promise<FloatSieve> {
    return new FloatSieve(set, await openSession(floatGraph(set.vectors.dimension), { threads }));
  }

  close(): Promise<void> {
    return this.session.release();
  }

  /** Puts all pairs but those that are beyond all windows. */
  async run(windows: Windows, { signal, progress }: WorkContext): Promise<void> {
    const { count } = this.blocks;
    const all = (count * (count + 1)) / 2;
    let done = 0;
    for (let i = 0; i < count; i++) {
      for (let j = i; j < count; j++) {
        signal.throwIfAborted();
        await this.score(i, j);
        this.putNear(i, j, windows);
        if (windows.isFull) return;
        progress(++done, all);
      }
    }
  }

  private async score(i: number, j: number): Promise<void> {
    const [queries, rows] = [this.blocks.at(i), this.blocks.at(j)];
    await this.session.run(
      { queries: queries.vectors, rows: rows.vectors, row_bias: new Tensor('float32', rows.bias, [1, BLOCK]) },
      {
        dot: new Tensor('float32', this.dot, [BLOCK, BLOCK]),
        row_best: new Tensor('float32', this.best, [BLOCK, GROUPS]),
      },
    );
  }

  /** Only groups whose nearest row may be in a window or below it are looked into. */
  private putNear(i: number, j: number, windows: Windows): void {
    const { ends } = this.set;
    const [queries, rows] = [this.blocks.at(i), this.blocks.at(j)];
    const { relative, absolute } = this.margins;
    const limit = windows.limit + 2 * (absolute + relative * windows.limit);
    for (let n = 0; n < queries.count; n++) {
      const row = queries.first + n;
      const from = ends[row] - rows.first;
      if (from >= rows.count) continue;
      const squared = this.squared[row];
      const least = (squared - limit) / 2;
      for (let group = from < 0 ? 0 : Math.floor(from / GROUP); group * GROUP < rows.count; group++) {
        if (this.best[n * GROUPS + group] < least) continue;
        const end = Math.min((group + 1) * GROUP, rows.count);
        for (let other = Math.max(from, group * GROUP); other < end; other++) {
          const score = this.dot[n * BLOCK + other] + rows.bias[other];
          // Most are beyond all windows.
          if (score >= least) windows.put(row, rows.first + other, squared - 2 * score);
        }
      }
    }
  }
}
