import type { Worker } from 'node:worker_threads';
import type { HashedFile } from '../../plugins/images/read-unchanged.js';
import type { Result } from '../../protocol/errors.js';
import { errorOf, startThread, type Thrown } from '../threads.js';
import type { InputValues, Preprocessing } from './preprocess.js';

export interface PrepareRequest {
  readonly n: number;
  readonly image: HashedFile;
  readonly how: Preprocessing;
}

export type PrepareAnswer =
  | { readonly n: number; readonly result: Result<InputValues> }
  | { readonly n: number; readonly thrown: Thrown };

interface Waiting {
  resolve(result: Result<InputValues>): void;
  reject(error: Error): void;
}

/** The thread, of which a process has one, with those who wait for it. */
let thread: { readonly worker: Worker; readonly waiting: Map<number, Waiting> } | undefined;
let asked = 0;

/**
 * Reads a photograph and prepares it as `preprocess` does, in a thread of its own: inference blocks the thread that asks for
 * it, and what is decoded meanwhile would wait to be resampled. Throws what `readUnchanged` throws.
 */
export function prepareElsewhere(image: HashedFile, how: Preprocessing): Promise<Result<InputValues>> {
  thread ??= begin();
  const { worker, waiting } = thread;
  const { size, layout, inputType, fit, mean, std, channels } = how;
  const n = asked++;
  return new Promise((resolve, reject) => {
    waiting.set(n, { resolve, reject });
    // Nobody waits for it between one shard and the next: it does not keep the process.
    worker.ref();
    const { file, hash } = image;
    const request: PrepareRequest = {
      n,
      image: { file, hash },
      how: { size, layout, inputType, fit, mean, std, channels },
    };
    worker.postMessage(request);
  });
}

function begin(): NonNullable<typeof thread> {
  const worker = startThread('prepare', {});
  const waiting = new Map<number, Waiting>();
  worker.on('message', (answer: PrepareAnswer) => {
    const asker = waiting.get(answer.n);
    waiting.delete(answer.n);
    if (waiting.size === 0) worker.unref();
    if ('result' in answer) asker?.resolve(answer.result);
    else asker?.reject(errorOf(answer.thrown));
  });
  const giveUp = (error: Error) => {
    if (thread?.worker === worker) thread = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('error', giveUp);
  worker.on('exit', () => giveUp(new Error('The thread that prepares photographs ended')));
  return { worker, waiting };
}
