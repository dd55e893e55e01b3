import { InferenceSession } from 'onnxruntime-node';
import type { Device } from '../protocol/compute.js';
import { KeptFiles } from '../store/cache/kept-files.js';

export interface SessionOptions {
  readonly threads: number;
  /** Default: `cpu`. */
  readonly device?: Device;
}

/**
 * Opens a model. Throws ONNX Runtime's error where the bytes are no model that it can run, or the device is not there:
 * of several devices it would leave out those that it does not have, so it is asked for one. Operators that a device
 * lacks are computed on the CPU.
 */
export function openSession(
  model: Uint8Array | string,
  { threads, device = 'cpu' }: SessionOptions,
): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [device],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  return typeof model === 'string' ? InferenceSession.create(model, options) : InferenceSession.create(model, options);
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
