import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { ProblemError } from '../../../protocol/errors.js';
import { closeThreads, MOST_THREADS, startThread, Turns, workedOff } from '../../threads.js';
import type { Candidates } from '../candidates.js';
import { type ByteRows, MOST_COPIED } from './byte-vectors.js';
import { FewOffers } from './few-offers.js';
import type { RowScores } from './row-scores.js';

/** Of fewer bytes one thread has read them before others are told of it. */
const LEAST_BYTES = 2 ** 23;
/** Threads are worth their start to who searches again. */
const FIRST = 2;
/** Blocks that the thread that asks offers before it looks what else there is for it to do. */
const AT_ONCE = 16;

/** What a thread is sent: its rows, and then searches. */
export type RowThreadTask =
  | { readonly ids: Int32Array; readonly bytes: Uint8Array }
  | { readonly queries: readonly Int8Array[]; readonly candidates: Candidates; readonly turns: Turns };

/**
 * Searches for few queries by a thread a core: one core reads memory at half of the rate of two. The one that asks has all of
 * the rows, and each other a share, of which both take the blocks that nobody has, so that none waits for a core that is busy.
 * They are started beside the second such search, and what is searched for before they hold their rows is so without them.
 */
export class RowThreads {
  private searches = 0;
  private starting: Promise<void> | undefined;
  private failure: unknown;
  private threads: Worker[] = [];
  private areReady = false;
  /** Ends with the last search that was asked for: threads take one at a time. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly rows: ByteRows,
    private readonly count: number,
  ) {}

  private get scores(): RowScores {
    if (this.rows.scores) return this.rows.scores;
    throw new Error('Rows that threads share are scored by none');
  }

  /** Threads beside the one that asks: with a block each, at least. */
  private get others(): number {
    return Math.min(MOST_THREADS, this.count, this.rows.blocks) - 1;
  }

  /** Whether threads can search; is to be asked before each search. */
  isReadyFor(): boolean {
    const bytes = this.rows.order.length * this.rows.length;
    if (this.others < 1 || bytes < LEAST_BYTES || bytes > MOST_COPIED) return false;
    if (++this.searches >= FIRST) {
      this.starting ??= this.start().catch((error) => {
        this.failure = error;
        return this.end();
      });
    }
    // What memory is too short for is done without.
    if (this.failure && !(this.failure instanceof ProblemError)) throw this.failure;
    return this.areReady;
  }

  /** Offers all rows to few queries. */
  offerAll(queries: readonly Int8Array[], candidates: Candidates, signal: AbortSignal): Promise<void> {
    const turn = this.last.then(() => this.offerNow(queries, candidates, signal));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async offerNow(queries: readonly Int8Array[], candidates: Candidates, signal: AbortSignal): Promise<void> {
    const shares = this.threads.map((thread) => ({ thread, candidates: candidates.alike(), turns: new Turns(0) }));
    const others = shares.map(({ thread, ...share }) => workedOff<RowThreadTask>(thread, { queries, ...share }));
    // Those that wait when threads end are searched for here alone.
    const turns = shares.length > 0 ? shares.map((share) => share.turns) : [new Turns(0)];
    try {
      await this.offerHere(new FewOffers(this.scores, this.rows.order, queries, candidates), turns, signal);
    } finally {
      const ends = await Promise.allSettled(others);
      // A thread that failed is no more, and the others have only some of the rows.
      if (ends.some(({ status }) => status === 'rejected')) await this.end();
    }
    await Promise.all(others);
    for (const share of shares) candidates.takeOver(share.candidates);
  }

  /** Offers blocks of each share in turn, until there are none. */
  private async offerHere(offers: FewOffers, shares: readonly Turns[], signal: AbortSignal): Promise<void> {
    let left = [...shares.entries()];
    for (let offered = 0; left.length > 0; ) {
      for (const share of left) {
        const [place, turns] = share;
        // A share is every so many-th block.
        const n = turns.take(Math.ceil((offers.blocks - place) / shares.length));
        if (n === undefined) left = left.filter((other) => other !== share);
        else offers.offer(n * shares.length + place);
        if (++offered % AT_ONCE === 0) await setImmediate();
        signal.throwIfAborted();
      }
    }
  }

  private async start(): Promise<void> {
    const { rows, others: count } = this;
    for (let n = 0; n < count; n++) this.threads.push(startThread('rows', {}));
    // Each has blocks from the first rows, which are near to most queries, to the last.
    const held = this.threads.map((thread, n) => {
      const part = rows.everyBlock(count, n);
      return workedOff<RowThreadTask>(thread, part, { transfer: [part.bytes.buffer] });
    });
    await Promise.all(held);
    this.areReady = true;
  }

  async close(): Promise<void> {
    await this.starting;
    await this.end();
  }

  private async end(): Promise<void> {
    const { threads } = this;
    this.areReady = false;
    this.threads = [];
    await closeThreads(threads);
  }
}
