import { Tensor } from 'onnxruntime-node';
import type { WorkContext } from '../../../plugins/declare.js';
import { openSession } from '../../session.js';
import { BLOCK, GROUP, rangeGraph } from '../block-graph.js';
import { distanceOf } from '../distances.js';
import { RowBlocks } from '../float-scoring.js';
import { squaredNorms } from '../norms.js';
import { drawDistances, type PairSet, productError } from './pair-set.js';

const GROUPS = BLOCK / GROUP;
const SAMPLE = 4096;

/**
 * The least and the largest squared L2 distance of all pairs of rows of two groups, as if each was computed in double
 * precision: matrix products in float32 tell which few may be, within what their rounding may come to. There is a pair.
 */
export async function pairRange(
  set: PairSet,
  { threads, signal, progress }: WorkContext & { readonly threads: number },
): Promise<readonly [least: number, most: number]> {
  const { vectors, ends } = set;
  const squared = squaredNorms(vectors);
  const blocks = new RowBlocks(vectors, 'l2');
  const error = 2 * productError(vectors.dimension, blocks.largestNorm);
  const dot = new Float32Array(BLOCK * BLOCK);
  const [best, worst] = [new Float32Array(BLOCK * GROUPS), new Float32Array(BLOCK * GROUPS)];
  const outputs = {
    dot: new Tensor('float32', dot, [BLOCK, BLOCK]),
    row_best: new Tensor('float32', best, [BLOCK, GROUPS]),
    row_worst: new Tensor('float32', worst, [BLOCK, GROUPS]),
  };
  const drawn = drawDistances(set, SAMPLE);
  let [least, most] = [drawn[0], drawn[drawn.length - 1]];

  const lookInto = (row: number, at: number, bias: Float32Array, first: number, from: number, to: number) => {
    for (let other = from; other < to; other++) {
      const distance = squared[row] - 2 * (dot[at + other] + bias[other]);
      if (distance - error >= least && distance + error <= most) continue;
      const exact = distanceOf('l2', vectors, row, vectors, first + other);
      if (exact < least) least = exact;
      if (exact > most) most = exact;
    }
  };

  const session = await openSession(rangeGraph(vectors.dimension), { threads });
  const all = (blocks.count * (blocks.count + 1)) / 2;
  let done = 0;
  try {
    for (let i = 0; i < blocks.count; i++) {
      const queries = blocks.at(i);
      for (let j = i; j < blocks.count; j++) {
        signal.throwIfAborted();
        const rows = blocks.at(j);
        const bias = new Tensor('float32', rows.bias, [1, BLOCK]);
        await session.run({ queries: queries.vectors, rows: rows.vectors, row_bias: bias }, outputs);
        for (let n = 0; n < queries.count; n++) {
          const row = queries.first + n;
          const from = Math.max(0, ends[row] - rows.first);
          for (let group = Math.floor(from / GROUP); group * GROUP < rows.count; group++) {
            const nearest = squared[row] - 2 * best[n * GROUPS + group];
            // Of a group that is filled up this is out of all bounds.
            const furthest = squared[row] - 2 * worst[n * GROUPS + group];
            if (nearest - error >= least && furthest + error <= most) continue;
            const end = Math.min((group + 1) * GROUP, rows.count);
            lookInto(row, n * BLOCK, rows.bias, rows.first, Math.max(from, group * GROUP), end);
          }
        }
        progress(++done, all);
      }
    }
    return [least, most];
  } finally {
    await session.release();
  }
}
