import type { Tensor } from 'onnxruntime-node';
import { openSession } from '../../session.js';

export type Tensors = Record<string, Tensor>;

/** A graph that was opened. */
export interface OpenGraph {
  readonly inputNames: readonly string[];
  /** `held` is what it is given too: the same from run to run of one photograph. */
  run(feeds: Tensors, held?: Tensors): Promise<Tensors>;
}

/** What an attack's graphs are run by, for one photograph at a time. */
export interface GraphRunner {
  /** Throws ONNX Runtime's error where it cannot run it. */
  open(graph: string, model: Uint8Array): Promise<OpenGraph>;
  close(): Promise<void>;
}

/** In this thread, each by so many threads of ONNX Runtime. */
export function runHere(threads: number): GraphRunner {
  const released: (() => Promise<void>)[] = [];
  return {
    async open(_, model) {
      const session = await openSession(model, { threads });
      released.push(() => session.release());
      const run = async (feeds: Tensors, held: Tensors = {}) => (await session.run({ ...held, ...feeds })) as Tensors;
      return { inputNames: session.inputNames, run };
    },
    async close() {
      await Promise.all(released.map((release) => release()));
    },
  };
}
