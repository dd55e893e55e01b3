import { closeSync, openSync } from 'node:fs';
import type { InferenceSession } from 'onnxruntime-node';
import type { GraphProto } from '../../onnx/onnx_pb.js';
import { writeModel } from '../../onnx/read.js';
import { readSkeleton } from '../../onnx/skeleton.js';
import { unsignedWeights, withSignedWeights } from '../../onnx/weights/signed-weights.js';
import { fileSource, readModelHeader } from '../../plugins/model-header.js';
import { bytesAreExact } from '../byte-products.js';
import { openSession, type SessionOptions } from '../session.js';
import { readWholeModel } from '../whole-model.js';

/**
 * Opens the file of an encoder as `openSession` does. Where its weights are unsigned bytes, and the processor's products of
 * signed ones are exact, it computes the same by those, in half the time.
 */
export async function openEncoder(file: string, options: SessionOptions): Promise<InferenceSession> {
  return openSession((await inSignedBytes(file, options)) ?? file, options);
}

/** Undefined where the file is to be opened as it is. */
async function inSignedBytes(file: string, { device = 'cpu' }: SessionOptions): Promise<Uint8Array | undefined> {
  if (device !== 'cpu' || !hasUnsignedWeights(file) || !(await bytesAreExact())) return undefined;
  const model = await readWholeModel(file);
  const signed = model.ok ? withSignedWeights(model.value) : undefined;
  return signed && writeModel(signed);
}

/** Whether it has any, and ends by itself: the session of a file that may not is watched. */
function hasUnsignedWeights(file: string): boolean {
  const header = readModelHeader(file);
  if (!header.ok || header.value.loops) return false;
  const handle = openSync(file, 'r');
  try {
    return unsignedWeights(readSkeleton(fileSource(handle)).graph as GraphProto).size > 0;
  } finally {
    closeSync(handle);
  }
}
