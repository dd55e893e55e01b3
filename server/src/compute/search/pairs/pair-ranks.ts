import type { DistanceRange, RankedDistance, WorkContext } from '../../../plugins/declare.js';
import { LONGEST_IN_BYTES } from '../bytes/byte-scoring.js';
import { ByteSieve } from './byte-sieve.js';
import { FloatSieve } from './float-sieve.js';
import { countPairs, drawDistances, type PairSet } from './pair-set.js';
import { Windows } from './windows.js';

/** Pairs that are drawn to guess where the wanted ranks lie: one of so many, but for few and for very many pairs. */
const SAMPLED = 2 ** 11;
const [LEAST_SAMPLE, MOST_SAMPLE] = [2 ** 17, 2 ** 23];
/** How many standard deviations of such a guess a rank is looked for around it, one try after the other. */
const SPREADS = [4, 24, 96];

export interface RankOptions extends WorkContext {
  readonly threads: number;
  /** False has products in float32 alone: there to test them, and to measure what bytes are worth. */
  readonly useBytes?: boolean;
}

/**
 * The squared L2 distances of some ranks, from 0 for the least, among all pairs of rows of two groups: exactly what
 * putting all of them in order in double precision gives, however many there are. A draw of pairs says between which
 * distances each rank must lie. Blocks of matrix products then tell, with their rounding bounded, which pairs are surely
 * nearer than that, and so are counted, and which are surely further; of those in between, the ones
 * nearest to a rank are computed in double precision and put in order. Products are of bytes, or of float32 where bytes tell too little. Where a rank is not found there the draw misled, and it is looked for more widely.
 * Undefined where too many pairs lie too near to a rank to be held.
 */
export async function rankedPairs(
  set: PairSet,
  ranks: readonly number[],
  { threads, useBytes = set.vectors.dimension <= LONGEST_IN_BYTES, ...work }: RankOptions,
  within: readonly (DistanceRange | undefined)[] = [],
): Promise<RankedDistance[] | undefined> {
  const total = countPairs(set.ends);
  const isGuessed = ranks.some((_, n) => within[n] === undefined);
  const size = Math.min(total, MOST_SAMPLE, Math.max(LEAST_SAMPLE, Math.ceil(total / SAMPLED)));
  const sample = isGuessed ? drawDistances(set, size) : new Float64Array();
  let sieve: ByteSieve | FloatSieve = useBytes
    ? await ByteSieve.open(set, threads)
    : await FloatSieve.open(set, threads);
  try {
    for (const spread of SPREADS) {
      const ranges = ranks.map((rank, n) => within[n] ?? guess(rank, sample, total, spread));
      let windows = new Windows(set, ranges, sieve.margins);
      if ((await sieve.run(windows, work)) === false) {
        await sieve.close();
        sieve = await FloatSieve.open(set, threads);
        windows = new Windows(set, ranges, sieve.margins);
        await sieve.run(windows, work);
      }
      if (windows.isFull) return undefined;
      const found = ranks.map((rank) => windows.at(rank));
      if (found.every((one) => one !== undefined)) return found;
    }
    return undefined;
  } finally {
    await sieve.close();
  }
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
