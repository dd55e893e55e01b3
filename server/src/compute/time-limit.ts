import { Worker } from 'node:worker_threads';
import type { Problem } from '../protocol/errors.js';
import { lastWords } from '../protocol/runs/last-words.js';

/** Waits for work to begin, and then for its end; where that does not come in time the process ends. */
const WATCH = `
const { workerData: { state, milliseconds, words } } = require('node:worker_threads');
for (let begun = 0; ; ) {
  Atomics.wait(state, 0, begun);
  begun = Atomics.load(state, 0);
  if (begun % 2 === 1 && Atomics.wait(state, 0, begun, milliseconds) === 'timed-out') {
    require('node:fs').writeSync(2, words);
    process.kill(process.pid, 'SIGKILL');
  }
}`;

/**
 * Ends this process where work takes longer than it may, with a problem as its last words. Native work blocks the thread
 * that asked for it and cannot be stopped, so that it is another that watches.
 */
export class TimeLimit {
  /** Odd while work is going on. */
  private readonly state = new Int32Array(new SharedArrayBuffer(4));
  private readonly watch: Worker;

  constructor(seconds: number, problem: Problem) {
    const workerData = { state: this.state, milliseconds: 1000 * seconds, words: lastWords(problem) };
    this.watch = new Worker(WATCH, { eval: true, workerData });
    this.watch.unref();
  }

  /** One work at a time. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    this.step();
    try {
      return await work();
    } finally {
      this.step();
    }
  }

  private step(): void {
    Atomics.add(this.state, 0, 1);
    Atomics.notify(this.state, 0);
  }

  async close(): Promise<void> {
    await this.watch.terminate();
  }
}
