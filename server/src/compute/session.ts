import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import type { Device } from '../protocol/compute.js';

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
 * The bytes of a graph that is built by code, from `folder` where they were built before. The file's name
 * holds the version, and the file the checksum, so that a damaged one is built again.
 */
export async function cachedGraph(folder: string, name: string, build: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const file = join(folder, `${name}.onnx`);
  const stored = await readFile(file).catch(() => undefined);
  const expected = await readFile(`${file}.sha256`, 'utf8').catch(() => undefined);
  if (stored && expected === digest(stored)) return stored;
  const bytes = await build();
  await mkdir(folder, { recursive: true });
  await replaceFile(file, bytes);
  await replaceFile(`${file}.sha256`, digest(bytes));
  return bytes;
}

async function replaceFile(file: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
