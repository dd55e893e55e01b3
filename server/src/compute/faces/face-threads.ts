import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { FaceEmbedding } from '../../plugins/declare.js';
import { errorOf, startThread, type Thrown } from '../threads.js';
import type { DetectorInput } from './detector.js';

/** What a thread says of a batch. */
export type BatchAnswer = { readonly faces: FaceEmbedding[][] } | { readonly thrown: Thrown };

interface Waiting {
  resolve(faces: FaceEmbedding[][]): void;
  reject(error: Error): void;
}

interface FaceThread {
  readonly worker: Worker;
  /** The batches that it has, in its order. */
  readonly waiting: Waiting[];
  /** Why it is there no more. */
  gone?: Error;
  ended?: Promise<unknown>;
}

/**
 * Describes the faces of batches in threads, each with sessions of its own that compute in that thread alone: the networks
 * are small, and cores that share each of their layers mostly wait for each other. What is found is the same, since a batch
 * is computed whole.
 */
export class FaceThreads {
  private readonly threads: readonly FaceThread[];

  /** `data` is what each opens its networks by. */
  constructor(count: number, data: object) {
    this.threads = Array.from({ length: count }, () => begin(data));
  }

  /** One more than are computed, so that none waits for the next. */
  get atOnce(): number {
    return this.threads.length + 1;
  }

  embedFaces(batch: readonly DetectorInput[]): Promise<FaceEmbedding[][]> {
    const { worker, waiting, gone } = this.threads.reduce((idlest, each) =>
      each.waiting.length < idlest.waiting.length ? each : idlest,
    );
    return new Promise((resolve, reject) => {
      if (gone) return reject(gone);
      waiting.push({ resolve, reject });
      worker.postMessage(batch);
    });
  }

  /** Waits for what threads are at: one that is within native code must not be terminated. */
  async close(): Promise<void> {
    for (const { worker } of this.threads) worker.postMessage('close');
    await Promise.all(this.threads.map(({ ended }) => ended));
  }
}

function begin(data: object): FaceThread {
  const worker = startThread('faces', data);
  const thread: FaceThread = { worker, waiting: [] };
  worker.on('message', (answer: BatchAnswer) => {
    const asker = thread.waiting.shift();
    if ('faces' in answer) return asker?.resolve(answer.faces);
    asker?.reject(errorOf(answer.thrown));
  });
  const giveUp = (error: Error) => {
    thread.gone ??= error;
    for (const { reject } of thread.waiting.splice(0)) reject(error);
  };
  worker.on('error', giveUp);
  thread.ended = once(worker, 'exit').then(() => giveUp(new Error('A thread that describes faces ended')), giveUp);
  return thread;
}
