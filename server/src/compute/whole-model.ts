import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModelProto } from '../onnx/onnx_pb.js';
import { readModel } from '../onnx/read.js';
import { withExternalData } from '../onnx/weights/external-data.js';
import { readModelHeader, weightFiles } from '../plugins/model-header.js';
import { fail, ok, type Result } from '../protocol/errors.js';

/** A model is given to ONNX Runtime in one piece, which Protocol Buffers limit to 2 GiB; the gradient needs some too. */
const LARGEST = 1.9 * 2 ** 30;

/** A model with all its weights in memory, those that it keeps in files beside it too. */
export async function readWholeModel(file: string): Promise<Result<ModelProto>> {
  const header = readModelHeader(file);
  if (!header.ok) return header;
  const files = weightFiles(file, header.value);
  if (!files.ok) return files;
  try {
    const sizes = await Promise.all(files.value.map(async (each) => (await stat(each)).size));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total > LARGEST) return tooLarge(file, total);
    const model = readModel(await readFile(file));
    if (!model.ok) return fail('model-invalid', `${file}: ${model.problem.message}`);
    return ok(withExternalData(model.value, (location, ...part) => readPart(join(dirname(file), location), ...part)));
  } catch (error) {
    return fail('model-incomplete', `${file} cannot be read in full: ${(error as Error).message}`);
  }
}

function tooLarge(file: string, bytes: number): Result<never> {
  const message = `${file} has ${(bytes / 2 ** 30).toFixed(1)} GiB; a surrogate may have ${(LARGEST / 2 ** 30).toFixed(1)}`;
  return fail('surrogate-too-large', message, { hint: 'Use a smaller model as surrogate, or export it in float16.' });
}

function readPart(file: string, offset: number, length?: number): Uint8Array {
  const handle = openSync(file, 'r');
  try {
    const bytes = new Uint8Array(length ?? fstatSync(handle).size - offset);
    if (readSync(handle, bytes, 0, bytes.length, offset) < bytes.length) throw new Error(`${file} ends too early`);
    return bytes;
  } finally {
    closeSync(handle);
  }
}
