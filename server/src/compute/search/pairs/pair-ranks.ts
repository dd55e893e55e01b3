import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { DistanceRange, RankedDistance, WorkContext } from '../../../plugins/declare.js';
import { openSession } from '../../session.js';
import { BLOCK, floatGraph, GROUP } from '../block-graph.js';
import { distanceOf } from '../distances.js';
import { RowBlocks } from '../float-scoring.js';
import { squaredNorms } from '../norms.js';
import { countPairs, drawDistances, type PairSet, productError } from './pair-set.js';

const GROUPS = BLOCK / GROUP;
/** Pairs that are drawn to guess where the wanted ranks lie: one of so many, but for few and for very many pairs. */
const SAMPLED = 2 ** 12;
const [LEAST_SAMPLE, MOST_SAMPLE] = [2 ** 20, 2 ** 23];
/** How many standard deviations of such a guess a rank is looked for around it, one try after the other. */
const SPREADS = [6, 24, 96];
/** More distances around a rank than this are not held. */
const MOST_HELD = 2 ** 25;

/**
 * The squared L2 distances of some ranks, from 0 for the least, among all pairs of rows of two groups: exactly what
 * putting all of them in order in double precision gives, however many there are. A draw of pairs says between which
 * distances each rank must lie. Blocks of matrix products then tell in float32, with their rounding bounded, which pairs
 * are surely nearer than that, and so are counted, and which are surely further; only those in between are computed in
 * double precision and put in order. Where a rank is not found there the draw misled, and it is looked for more widely.
 * Undefined where too many pairs lie too near to a rank to be held.
 */
export async function rankedPairs(
  set: PairSet,
  ranks: readonly number[],
  { threads, ...work }: WorkContext & { readonly threads: number },
  within: readonly (DistanceRange | undefined)[] = [],
): Promise<RankedDistance[] | undefined> {
  const total = countPairs(set.ends);
  const isGuessed = ranks.some((_, n) => within[n] === undefined);
  const size = Math.min(total, MOST_SAMPLE, Math.max(LEAST_SAMPLE, Math.ceil(total / SAMPLED)));
  const sample = isGuessed ? drawDistances(set, size) : new Float64Array();
  const session = await openSession(floatGraph(set.vectors.dimension), { threads });
  try {
    for (const spread of SPREADS) {
      const windows = windowsFor(ranks, sample, total, spread, within);
      if (!(await new Sieve(set, session).run(windows, work))) return undefined;
      const found = ranks.map((rank) => rankIn(windows, rank));
      if (found.every((one) => one !== undefined)) return found;
    }
    return undefined;
  } finally {
    await session.release();
  }
}

/** Distances from `low` to `high`, which are held, and how many are between those below it and `low`. */
interface Window {
  low: number;
  high: number;
  skipped: number;
  count: number;
  held: Float64Array;
}

/** Ascending, apart from each other; of a rank of which it is known, the range that it lies in. */
function windowsFor(
  ranks: readonly number[],
  sample: Float64Array,
  total: number,
  spread: number,
  within: readonly (DistanceRange | undefined)[],
): Window[] {
  const around = ranks.map((rank, n) => within[n] ?? guess(rank, sample, total, spread));
  const windows: Window[] = [];
  for (const { low, high } of around.sort((a, b) => a.low - b.low)) {
    const before = windows.at(-1);
    if (before && low <= before.high) before.high = Math.max(before.high, high);
    else windows.push({ low, high, skipped: 0, count: 0, held: new Float64Array(1024) });
  }
  return windows;
}

/** A range that a rank lies in by what was drawn, `spread` standard deviations on either side. */
function guess(rank: number, sample: Float64Array, total: number, spread: number): DistanceRange {
  const share = (rank + 0.5) / total;
  const wide = spread * (Math.sqrt(share * (1 - share) * sample.length) + 1);
  let low = Math.floor(share * sample.length - wide) - 1;
  // Of equal distances all are in the range, and what is before them.
  while (low > 0 && sample[low - 1] === sample[low]) low -= 1;
  low -= 1;
  const high = Math.ceil(share * sample.length + wide);
  return {
    low: low < 0 ? 0 : sample[low],
    high: high >= sample.length ? Number.POSITIVE_INFINITY : sample[high],
  };
}

/** What a rank's window says of it; undefined where that holds too little. */
function rankIn(windows: readonly Window[], rank: number): RankedDistance | undefined {
  let below = 0;
  for (const { skipped, count, held } of windows) {
    below += skipped;
    if (rank < below) return undefined;
    if (rank < below + count) {
      const value = held[rank - below];
      let [first, last] = [rank - below, rank - below];
      while (first > 0 && held[first - 1] === value) first -= 1;
      while (last + 1 < count && held[last + 1] === value) last += 1;
      if (first === 0 && below > 0) return undefined;
      return {
        value,
        less: below + first,
        atMost: below + last + 1,
        before: first > 0 ? held[first - 1] : null,
      };
    }
    below += count;
  }
  return undefined;
}

/** Puts every pair where it belongs: below, into or above windows. */
class Sieve {
  private readonly squared: Float64Array;
  private readonly blocks: RowBlocks;
  /** Twice this at most is a squared distance off that is worked out from a score in float32. */
  private readonly error: number;
  private readonly dot = new Float32Array(BLOCK * BLOCK);
  private readonly best = new Float32Array(BLOCK * GROUPS);

  constructor(
    private readonly set: PairSet,
    private readonly session: InferenceSession,
  ) {
    const { vectors } = set;
    this.squared = squaredNorms(vectors);
    this.blocks = new RowBlocks(vectors, 'l2');
    this.error = productError(vectors.dimension, this.blocks.largestNorm);
  }

  /** Fills the windows, in order; false where one would hold too many. */
  async run(windows: Window[], { signal, progress }: WorkContext): Promise<boolean> {
    const { count } = this.blocks;
    const all = (count * (count + 1)) / 2;
    let done = 0;
    for (let i = 0; i < count; i++) {
      for (let j = i; j < count; j++) {
        signal.throwIfAborted();
        await this.score(i, j);
        if (!this.sort(i, j, windows)) return false;
        progress(++done, all);
      }
    }
    for (const window of windows) window.held = window.held.subarray(0, window.count).sort();
    return true;
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
  private sort(i: number, j: number, windows: readonly Window[]): boolean {
    const { ends } = this.set;
    const [queries, rows] = [this.blocks.at(i), this.blocks.at(j)];
    const limit = windows[windows.length - 1].high + 2 * this.error;
    for (let n = 0; n < queries.count; n++) {
      const row = queries.first + n;
      const from = ends[row] - rows.first;
      if (from >= rows.count) continue;
      const least = (this.squared[row] - limit) / 2;
      for (let group = from < 0 ? 0 : Math.floor(from / GROUP); group * GROUP < rows.count; group++) {
        if (this.best[n * GROUPS + group] < least) continue;
        const start = Math.max(from, group * GROUP);
        const end = Math.min((group + 1) * GROUP, rows.count);
        if (!this.sortGroup(row, n * BLOCK, rows, start, end, least, windows)) return false;
      }
    }
    return true;
  }

  private sortGroup(
    row: number,
    at: number,
    rows: { readonly first: number; readonly bias: Float32Array },
    start: number,
    end: number,
    least: number,
    windows: readonly Window[],
  ): boolean {
    const { vectors } = this.set;
    const squared = this.squared[row];
    const slack = 2 * this.error;
    for (let other = start; other < end; other++) {
      const score = this.dot[at + other] + rows.bias[other];
      // Most are beyond all windows.
      if (score < least) continue;
      let distance = squared - 2 * score;
      let error = slack;
      for (let w = 0; w < windows.length; w++) {
        const window = windows[w];
        if (distance < window.low - error) {
          window.skipped += 1;
          break;
        }
        if (distance > window.high + error) continue;
        if (error > 0) {
          distance = distanceOf('l2', vectors, row, vectors, rows.first + other);
          error = 0;
          // The exact distance may lie below the window, in it, or above.
          w -= 1;
          continue;
        }
        if (!hold(window, distance)) return false;
        break;
      }
    }
    return true;
  }
}

function hold(window: Window, distance: number): boolean {
  if (window.count === MOST_HELD) return false;
  if (window.count === window.held.length) {
    const larger = new Float64Array(Math.min(MOST_HELD, 2 * window.count));
    larger.set(window.held);
    window.held = larger;
  }
  window.held[window.count++] = distance;
  return true;
}
