import type { Worker } from 'node:worker_threads';
import type { WorkContext } from '../../../plugins/declare.js';
import { closeThreads, MOST_THREADS, startThread, Turns, untilEnded, workedOff } from '../../threads.js';
import { BLOCK } from '../block-graph.js';
import type { Candidates } from '../candidates.js';
import { type ByteQueries, type ByteRows, MOST_COPIED } from './byte-vectors.js';

/** Queries in a block: a few blocks are shared by as many threads. */
export const THREAD_BLOCK = BLOCK / 2;
/** Of fewer products of a block of queries and a block of rows threads are not worth their start. */
const LEAST_PRODUCTS = 64;

export interface QueryThreadData {
  readonly rows: ByteRows;
}

/** A search, as threads are sent it. */
export interface QueryThreadTask {
  readonly queries: ByteQueries;
  readonly candidates: Candidates;
  /** Blocks of queries. */
  readonly turns: Turns;
}

/**
 * Searches for blocks of queries by a thread a core, each with a session of its own: products wait for no other's, nor for
 * what is looked at after them. Threads are started by the first search that is worth it.
 */
export class QueryThreads {
  private threads: Worker[] = [];
  /** Ends with the last search that was asked for: threads take one at a time. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly rows: ByteRows,
    private readonly count: number,
  ) {}

  isWorthwhileFor(queries: number): boolean {
    const blocks = Math.ceil(queries / THREAD_BLOCK);
    const isLarge = blocks > 1 && blocks * this.rows.blocks >= LEAST_PRODUCTS;
    return this.count > 1 && isLarge && this.rows.order.length * this.rows.length <= MOST_COPIED;
  }

  /** Offers all rows to all queries, which stand in memory that threads share; `offered` as `ScoredSearch` has it. */
  offerAll(
    queries: ByteQueries,
    candidates: Candidates,
    work: WorkContext,
    offered: (first: number, end: number) => void,
  ): Promise<void> {
    const turn = this.last.then(() => this.offerNow(queries, candidates, work, offered));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async offerNow(
    queries: ByteQueries,
    candidates: Candidates,
    { signal, progress }: WorkContext,
    offered: (first: number, end: number) => void,
  ): Promise<void> {
    const total = queries.measures.norms.length;
    const turns = new Turns(0);
    signal.throwIfAborted();
    let done = 0;
    const tell = (block: number) => {
      offered(block * THREAD_BLOCK, Math.min((block + 1) * THREAD_BLOCK, total));
      progress(Math.min(++done * THREAD_BLOCK, total), total);
    };
    const task: QueryThreadTask = { queries, candidates, turns };
    const threads = this.started().map((thread) => workedOff(thread, task, { tell }));
    try {
      await untilEnded(turns, signal, threads);
    } catch (error) {
      // A thread that failed is no more; those that were cancelled go on with the next search.
      if (error !== signal.reason) await this.close();
      throw error;
    }
    if (done < queries.blocks) throw new Error(`Threads ended after ${done} of ${queries.blocks} blocks of queries`);
  }

  private started(): readonly Worker[] {
    if (this.threads.length === 0) {
      const data: QueryThreadData = { rows: this.rows.shared() };
      this.threads = Array.from({ length: Math.min(MOST_THREADS, this.count) }, () => startThread('queries', data));
    }
    return this.threads;
  }

  async close(): Promise<void> {
    const { threads } = this;
    this.threads = [];
    await closeThreads(threads);
  }
}
