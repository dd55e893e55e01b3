import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { ProblemError } from '../../../protocol/errors.js';
import { MOST_THREADS, startThread } from '../../threads.js';
import type { Candidates } from '../candidates.js';
import type { ByteRows } from './byte-vectors.js';

/** Of fewer bytes one thread has read them before others are told of it. */
const LEAST_BYTES = 2 ** 23;
/** Threads hold a second copy of the rows, which may take so many bytes. */
const MOST_BYTES = 2 ** 27;
/** Threads are worth their start to who searches again. */
const FIRST = 2;

/** What a thread is sent: its rows, and then searches. */
export type RowThreadTask =
  | { readonly ids: Int32Array; readonly bytes: Uint8Array }
  | { readonly queries: readonly Int8Array[]; readonly candidates: Candidates };

/**
 * Searches for few queries by a thread a core, each with rows of its own: one core reads memory at half of the rate of two.
 * They are started beside the second such search, and what is searched for before they hold their rows is so without them.
 */
export class RowThreads {
  private searches = 0;
  private starting: Promise<void> | undefined;
  private failure: unknown;
  private threads: readonly Worker[] = [];
  private areReady = false;
  /** Ends with the last search that was asked for: threads take one at a time. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly rows: ByteRows,
    private readonly count: number,
  ) {}

  /** Whether threads can search; is to be asked before each search. */
  isReadyFor(): boolean {
    const bytes = this.rows.order.length * this.rows.length;
    if (this.count < 2 || bytes < LEAST_BYTES || bytes > MOST_BYTES) return false;
    if (++this.searches >= FIRST) {
      this.starting ??= this.start().catch((error) => {
        this.failure = error;
      });
    }
    // What memory is too short for is done without.
    if (this.failure && !(this.failure instanceof ProblemError)) throw this.failure;
    return this.areReady;
  }

  /** Offers all rows to few queries. */
  offerAll(queries: readonly Int8Array[], candidates: Candidates): Promise<void> {
    const turn = this.last.then(() => this.offerNow(queries, candidates));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async offerNow(queries: readonly Int8Array[], candidates: Candidates): Promise<void> {
    const parts = this.threads.map(() => candidates.alike());
    try {
      await Promise.all(this.threads.map((thread, n) => done(thread, { queries, candidates: parts[n] })));
    } catch (error) {
      // A thread that failed is no more, and the others have only some of the rows.
      await this.close();
      throw error;
    }
    for (const part of parts) candidates.takeOver(part);
  }

  private async start(): Promise<void> {
    const { rows } = this;
    const count = Math.min(MOST_THREADS, this.count, rows.blocks);
    this.threads = Array.from({ length: count }, () => startThread('rows', {}));
    // Each has blocks from the first rows, which are near to most queries, to the last.
    const held = this.threads.map((thread, n) => {
      const part = rows.everyBlock(count, n);
      return done(thread, part, [part.bytes.buffer]);
    });
    await Promise.all(held);
    this.areReady = true;
  }

  async close(): Promise<void> {
    await this.starting;
    const { threads } = this;
    this.areReady = false;
    this.threads = [];
    await Promise.all(
      threads.map(async (thread) => {
        // Of one that has ended already there is no number.
        if (thread.threadId < 0) return;
        thread.ref();
        thread.postMessage('close');
        await once(thread, 'exit');
      }),
    );
  }
}

/** Sends a thread a task, and waits for it to be done. */
function done(thread: Worker, task: RowThreadTask, transfer: readonly ArrayBuffer[] = []): Promise<void> {
  return new Promise((resolve, reject) => {
    const listen = () => {
      thread.off('message', listen).off('error', reject).off('exit', left).unref();
      resolve();
    };
    const left = (code: number) => reject(new Error(`A thread of a search ended with ${code}`));
    thread.on('message', listen).on('error', reject).on('exit', left);
    // An idle one keeps no process.
    thread.ref();
    thread.postMessage(task, transfer);
  });
}
