import { once } from 'node:events';
import type { WorkContext } from '../../../plugins/declare.js';
import { MOST_THREADS, startThread, Turns, untilEnded } from '../../threads.js';
import { BLOCK } from '../block-graph.js';
import { ByteQueries, ByteRows } from '../bytes/byte-vectors.js';
import { queryLevels } from '../bytes/query-levels.js';
import { AT_ONCE, distanceOf, distancesOf } from '../distances.js';
import { UNIT_ROUNDOFF } from '../float-scoring.js';
import { wordVectors } from './near-pairs.js';
import type { PairSet } from './pair-set.js';
import { type StripOfPairs, StripSieve, type StripThreadData, type StripVectors } from './strip-sieve.js';
import type { Margins, Windows } from './windows.js';

/** Where more than this share of pairs have to be looked at, products in float32 are less work. */
const MOST_LOOKED_AT = 1 / 6;
/** Beyond, squares do not fit into float32. */
const LARGEST_NORM = 1e17;
/** Of fewer strips threads are not worth their start. */
const LEAST_STRIPS = 16;

/**
 * Sieves pairs by products of vectors in bytes, which tell of all but a few that they are further apart than any window
 * (byte-scoring.ts), and those by products in 16 bits, which tell of most on which side of every window they lie; the
 * distances of the others are computed in double precision.
 */
export class ByteSieve {
  /** Distances are held in float32. */
  readonly margins: Margins = { relative: UNIT_ROUNDOFF, absolute: 2 ** -149 };

  private constructor(
    private readonly set: PairSet,
    private readonly vectors: Omit<StripVectors, 'windows'>,
    private readonly threads: number,
  ) {}

  static async open(set: PairSet, threads: number): Promise<ByteSieve> {
    const rows = new ByteRows(set.vectors, 'l2', true);
    const queries = new ByteQueries(set.vectors, rows, await queryLevels(), rows.order, true);
    const words = wordVectors(set.vectors, rows.order);
    return new ByteSieve(set, { rows, queries, words, ends: set.ends }, threads);
  }

  /** What is open is so for a run alone. */
  async close(): Promise<void> {}

  /** Puts all pairs but those that are beyond all windows; false where bytes tell too little of them. */
  async run(windows: Windows, { signal, progress }: WorkContext): Promise<boolean> {
    const { blocks, measures } = this.vectors.rows;
    if (!(measures.largestNorm < LARGEST_NORM)) return false;
    const all = (blocks * (blocks + 1)) / 2;
    let done = 0;
    signal.throwIfAborted();
    const proceed = () => {
      progress(++done, all);
      signal.throwIfAborted();
    };
    const sieve = await StripSieve.open({ ...this.vectors, windows: windows.ranges }, this.threads);
    try {
      const first = await sieve.run(0, proceed);
      // It says what the others will be like.
      if (first.looked > MOST_LOOKED_AT * first.scored) return false;
      this.put(first, windows);
      if (this.threads === 1 || blocks < LEAST_STRIPS) {
        for (let strip = 1; strip < blocks && !windows.isFull; strip++)
          this.put(await sieve.run(strip, proceed), windows);
        return true;
      }
    } finally {
      await sieve.close();
    }
    await this.runInThreads(windows, signal, (found) => {
      this.put(found, windows);
      done += found.scored / BLOCK ** 2;
      progress(done, all);
    });
    if (done < all && !windows.isFull) throw new Error(`Threads ended after ${done} of ${all} blocks of pairs`);
    return true;
  }

  /** Sieves all strips but the first, by a thread a core: products wait for no other's, nor for what is looked at. */
  private async runInThreads(windows: Windows, signal: AbortSignal, put: (found: StripOfPairs) => void): Promise<void> {
    const turns = new Turns(1);
    const data: StripThreadData = { ...this.vectors, windows: windows.ranges, turns };
    const threads = Array.from({ length: Math.min(MOST_THREADS, this.threads) }, async () => {
      const thread = startThread('strips', data);
      thread.on('message', (found: StripOfPairs) => {
        put(found);
        if (windows.isFull) turns.stop();
      });
      await once(thread, 'exit');
    });
    await untilEnded(turns, signal, threads);
  }

  private put({ isFull, below, near }: StripOfPairs, windows: Windows): void {
    const { vectors } = this.set;
    if (isFull) windows.isFull = true;
    for (const [window, count] of below.entries()) windows.skip(window, count);
    const others = new Int32Array(AT_ONCE);
    const distances = new Float64Array(AT_ONCE);
    for (let n = 0; n < near.length; ) {
      const row = near[n];
      if (near[n + 2 * (AT_ONCE - 1)] === row) {
        for (let m = 0; m < AT_ONCE; m++, n += 2) others[m] = near[n + 1];
        distancesOf('l2', vectors, row, vectors, others, distances);
        for (let m = 0; m < AT_ONCE; m++) windows.put(row, others[m], distances[m]);
      } else {
        windows.put(row, near[n + 1], distanceOf('l2', vectors, row, vectors, near[n + 1]));
        n += 2;
      }
    }
  }
}
