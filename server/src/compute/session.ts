import { InferenceSession } from 'onnxruntime-node';
import { readModelHeader } from '../plugins/model-header.js';
import type { Device } from '../protocol/choices.js';
import type { Problem } from '../protocol/errors.js';
import { KeptFiles } from '../store/cache/kept-files.js';
import { TimeLimit } from './time-limit.js';

export interface SessionOptions {
  readonly threads: number;
  /** Default: `cpu`. */
  readonly device?: Device;
  /** How long a model's file that has a Loop may take for a batch, in seconds: default 120. */
  readonly seconds?: number;
}

const LONGEST_SECONDS = 120;

/**
 * Opens a model. Throws ONNX Runtime's error where the bytes are no model that it can run, or the device is not there:
 * of several devices it would leave out those that it does not have, so it is asked for one. Operators that a device
 * lacks are computed on the CPU. Where a file's Loop does not end in time the process ends, with `model-unusable` as its
 * last words.
 */
export async function openSession(
  model: Uint8Array | string,
  { threads, device = 'cpu', seconds = LONGEST_SECONDS }: SessionOptions,
): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [device],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  if (typeof model !== 'string') return InferenceSession.create(model, options);
  const header = readModelHeader(model);
  if (!header.ok || !header.value.loops) return InferenceSession.create(model, options);
  const limit = new TimeLimit(seconds, endless(model, seconds));
  try {
    // What depends on no input is computed while a model is opened.
    return within(limit, await limit.within(() => InferenceSession.create(model, options)));
  } catch (error) {
    await limit.close();
    throw error;
  }
}

function within(limit: TimeLimit, session: InferenceSession): InferenceSession {
  const run = session.run.bind(session) as (...given: unknown[]) => ReturnType<InferenceSession['run']>;
  const release = session.release.bind(session);
  return Object.assign(session, {
    run: (...given: unknown[]) => limit.within(() => run(...given)),
    async release() {
      await release();
      await limit.close();
    },
  });
}

function endless(file: string, seconds: number): Problem {
  const message = `${file} has a Loop that has not ended after ${seconds} seconds`;
  const hint =
    'Export the model again with a number of rounds; where it only needs longer, and is used by `onnx`, give it more `seconds`.';
  return { code: 'model-unusable', message, hint };
}

/**
 * The bytes of a graph that is built by code, from `folder` where they were built before. The file's name holds the
 * version; one that was damaged is built again.
 */
export async function cachedGraph(folder: string, name: string, build: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const kept = new KeptFiles(folder);
  const file = `${name}.onnx`;
  const stored = await kept.read(file);
  if (stored) return stored;
  const bytes = await build();
  await kept.write(file, bytes);
  return bytes;
}
