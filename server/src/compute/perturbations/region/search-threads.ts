import { once } from 'node:events';
import { Tensor } from 'onnxruntime-node';
import { errorOf, startThread, type Thrown } from '../../threads.js';
import type { GraphRunner, Tensors } from './graph-runner.js';

/** Tensors as they cross from one thread to another. */
type Packed = Record<string, Pick<Tensor, 'type' | 'data' | 'dims'>>;

export type SearchRequest =
  | { readonly graph: string; readonly model: Uint8Array }
  | { readonly graph: string; readonly feeds: Packed; readonly held?: Packed };

export type SearchAnswer =
  | { readonly inputNames: readonly string[] }
  | { readonly outputs: Packed }
  | { readonly thrown: Thrown };

interface Waiting {
  resolve(answer: SearchAnswer): void;
  reject(error: Error): void;
}

/**
 * In a thread of its own, with sessions that compute in that thread alone. What comes of it is the same, bit by bit: a
 * session's threads share rows, never a sum.
 */
export function runInThread(): GraphRunner {
  const worker = startThread('searches', {});
  const waiting: Waiting[] = [];
  let gone: Error | undefined;
  let held: Tensors | undefined;
  worker.on('message', (answer: SearchAnswer) => {
    const asker = waiting.shift();
    if ('thrown' in answer) asker?.reject(errorOf(answer.thrown));
    else asker?.resolve(answer);
  });
  const giveUp = (error: Error) => {
    gone ??= error;
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  worker.on('error', giveUp);
  const ended = once(worker, 'exit').then(() => giveUp(new Error('A thread that perturbs ended')), giveUp);
  const ask = (request: SearchRequest) =>
    new Promise<SearchAnswer>((resolve, reject) => {
      if (gone) return reject(gone);
      waiting.push({ resolve, reject });
      worker.postMessage(request);
    });
  return {
    async open(graph, model) {
      const opened = await ask({ graph, model });
      return {
        inputNames: 'inputNames' in opened ? opened.inputNames : [],
        async run(feeds, keep) {
          const news = keep === held ? {} : { held: packed(keep ?? {}) };
          held = keep;
          const answer = await ask({ graph, feeds: packed(feeds), ...news });
          return 'outputs' in answer ? unpacked(answer.outputs) : {};
        },
      };
    },
    async close() {
      worker.postMessage('close');
      await ended;
    },
  };
}

export function packed(tensors: Tensors): Packed {
  const parts = ({ type, data, dims }: Tensor) => ({ type, data, dims });
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, parts(tensor)]));
}

export function unpacked(tensors: Packed): Tensors {
  const whole = ({ type, data, dims }: Packed[string]) => new Tensor(type, data as Tensor.DataType, dims) as Tensor;
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, whole(tensor)]));
}
