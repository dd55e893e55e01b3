import { once } from 'node:events';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type Problem, ProblemError } from '../protocol/errors.js';
import { memoryShort } from '../protocol/runs/shortage.js';

/** What a thread runs: its source, and its name where the product is built. */
const THREADS = {
  strips: 'search/pairs/strip-thread',
  queries: 'search/bytes/query-thread',
  rows: 'search/bytes/row-thread',
  prepare: 'encoder/prepare-thread',
  faces: 'faces/face-thread',
  searches: 'perturbations/region/search-thread',
} as const;

/** From its source a thread needs what reads TypeScript, as its process did. */
const FROM_SOURCE = `
const { workerData } = require('node:worker_threads');
import('tsx/esm/api').then(({ register }) => {
  register();
  return import(workerData.source);
});`;

/** Each holds some 50 MB. */
export const MOST_THREADS = 16;

/** Starts a thread of this process, of native work that blocks whoever asks for it. Throws `memory-short` where there is none. */
export function startThread(name: keyof typeof THREADS, workerData: object): Worker {
  try {
    return begin(name, workerData);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_INIT_FAILED') throw error;
    throw new ProblemError(memoryShort((error as Error).message));
  }
}

function begin(name: keyof typeof THREADS, workerData: object): Worker {
  const here = fileURLToPath(import.meta.url);
  if (!here.endsWith('.ts')) return new Worker(`${dirname(here)}/${name}.js`, { workerData, execArgv: [] });
  const source = `${dirname(here)}/${THREADS[name]}.ts`;
  return new Worker(FROM_SOURCE, { eval: true, workerData: { ...workerData, source }, execArgv: [] });
}

/**
 * Sends a thread work, and waits for it to answer `ended`; `tell` is called with each answer before. Whoever sends it more
 * meanwhile cannot tell the answers apart.
 */
export function workedOff<Task, Told = never>(
  thread: Worker,
  task: Task,
  { tell, transfer = [] }: { readonly tell?: (told: Told) => void; readonly transfer?: readonly ArrayBuffer[] } = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const listen = (answer: Told | 'ended') => {
      if (answer !== 'ended') return tell?.(answer);
      thread.off('message', listen).off('error', reject).off('exit', left).unref();
      resolve();
    };
    const left = (code: number) => reject(new Error(`A thread ended with ${code} before its work was done`));
    thread.on('message', listen).on('error', reject).on('exit', left);
    // An idle one keeps no process.
    thread.ref();
    thread.postMessage(task, transfer);
  });
}

/** Ends threads that take `close` for it, once each has done what it is at. */
export async function closeThreads(threads: readonly Worker[]): Promise<void> {
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

/** What was thrown in a thread: of an error only the message crosses to another one by itself. */
export interface Thrown {
  readonly message: string;
  readonly code?: string;
  readonly problem?: Problem;
}

export function thrownOf(error: unknown): Thrown {
  const { message, code, problem } = error as NodeJS.ErrnoException & Partial<ProblemError>;
  return { message, code, problem };
}

/** The error that it was. */
export function errorOf({ message, code, problem }: Thrown): Error {
  return problem ? new ProblemError(problem) : Object.assign(new Error(message), { code });
}

const STOP = -(2 ** 30);

/** What threads stop with when they are to. */
export class Stopped extends Error {}

/**
 * Numbers that threads take in turn, each once. A thread that is within native code must not be terminated, which ends the
 * process: it is told to stop, and looks now and then.
 */
export class Turns {
  private readonly next: Int32Array<SharedArrayBuffer>;

  constructor(first: number) {
    this.next = new Int32Array(new SharedArrayBuffer(4)).fill(first);
  }

  /** What another thread was sent of it. */
  static revive(sent: object): Turns {
    return Object.assign(Object.create(Turns.prototype), sent);
  }

  /** The next number below `end`; undefined where there is none. */
  take(end: number): number | undefined {
    this.proceed();
    const taken = Atomics.add(this.next, 0, 1);
    return taken >= 0 && taken < end ? taken : undefined;
  }

  stop(): void {
    Atomics.store(this.next, 0, STOP);
  }

  /** Throws `Stopped` once threads are to stop. */
  proceed(): void {
    if (Atomics.load(this.next, 0) < 0) throw new Stopped();
  }
}

/** Waits for threads that share turns, which all stop where one fails or the work is cancelled; throws what that did. */
export async function untilEnded(
  turns: Turns,
  signal: AbortSignal,
  threads: readonly Promise<unknown>[],
): Promise<void> {
  const stop = () => turns.stop();
  signal.addEventListener('abort', stop);
  for (const thread of threads) thread.catch(stop);
  const failed = (await Promise.allSettled(threads)).find((end) => end.status === 'rejected');
  signal.removeEventListener('abort', stop);
  if (failed) throw failed.reason;
  signal.throwIfAborted();
}
