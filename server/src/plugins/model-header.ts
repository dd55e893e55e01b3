import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { type ModelDeclaration, readDeclaration } from '../onnx/header.js';
import { type ByteSource, MalformedModel } from '../onnx/wire.js';
import { fail, ok, type Result } from '../protocol/errors.js';

const WINDOW = 64 * 1024;

/** Reads what a model's file declares, without its weights: `model-missing` or `model-invalid` where it cannot. */
export function readModelHeader(file: string): Result<ModelDeclaration> {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    return fail('model-missing', `The model ${file} cannot be opened: ${(error as Error).message}`);
  }
  try {
    const declaration = readDeclaration(fileSource(handle));
    const outside = declaration.externalData.find(leavesFolder);
    return outside === undefined
      ? ok(declaration)
      : invalid(file, `its weights are outside of its folder (${outside})`);
  } catch (error) {
    return invalid(
      file,
      error instanceof MalformedModel ? error.message : `it cannot be read (${(error as Error).message})`,
    );
  } finally {
    closeSync(handle);
  }
}

function invalid(file: string, why: string): Result<never> {
  return fail('model-invalid', `${file} is no ONNX model that can be used: ${why}`, {
    hint: 'Export the model again, or download it again in full.',
  });
}

/** A model is not trusted: its weights lie beside it, or below. */
function leavesFolder(location: string): boolean {
  return isAbsolute(location) || /^[a-z]:/i.test(location) || location.split(/[\\/]/).includes('..');
}

/** Reads a file by windows, as most reads are small and follow one another. */
function fileSource(handle: number): ByteSource {
  const { size } = fstatSync(handle);
  let window: Uint8Array = new Uint8Array();
  let start = 0;
  return {
    size,
    read(offset, length) {
      if (offset < start || offset + length > start + window.length) {
        window = readAt(handle, offset, Math.min(Math.max(WINDOW, length), size - offset));
        start = offset;
      }
      return window.subarray(offset - start, offset - start + length);
    },
  };
}

function readAt(handle: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const read = readSync(handle, bytes, 0, length, offset);
  return bytes.subarray(0, read);
}
