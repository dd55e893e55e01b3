import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { endlessLoop } from '../onnx/endless-loop.js';
import { type ModelDeclaration, readDeclaration } from '../onnx/header.js';
import type { GraphProto } from '../onnx/onnx_pb.js';
import { readSkeleton } from '../onnx/skeleton.js';
import { type ByteSource, MalformedModel } from '../onnx/wire.js';
import { fail, ok, type Result } from '../protocol/errors.js';

const WINDOW = 64 * 1024;

/** What this version of ONNX Runtime runs: a test holds them against it. */
export const NEWEST_OPSET = 26;
export const NEWEST_IR_VERSION = 13;
/** Domains of operators that it brings, beside ONNX's own. */
const KNOWN_DOMAINS = ['ai.onnx.ml', 'com.microsoft', 'com.ms.internal', 'ai.onnx.preview', 'ai.onnx.training'];

/**
 * Reads what a model's file declares, without its weights: `model-missing`, `model-invalid` or `model-too-new` where it
 * cannot be used.
 */
export function readModelHeader(file: string): Result<ModelDeclaration> {
  let handle: number;
  try {
    // A pipe would be waited for, and a device never ends.
    if (!statSync(file).isFile()) return fail('model-missing', `The model ${file} is no file`);
    handle = openSync(file, 'r');
  } catch (error) {
    return fail('model-missing', `The model ${file} cannot be opened: ${(error as Error).message}`);
  }
  try {
    const source = fileSource(handle);
    const declaration = readDeclaration(source);
    const endless = declaration.loops ? endlessLoop(readSkeleton(source).graph as GraphProto) : undefined;
    return endless === undefined ? usable(file, declaration) : noEnd(file, endless);
  } catch (error) {
    return invalid(
      file,
      error instanceof MalformedModel ? error.message : `it cannot be read (${(error as Error).message})`,
    );
  } finally {
    closeSync(handle);
  }
}

function usable(file: string, declaration: ModelDeclaration): Result<ModelDeclaration> {
  const { irVersion, opset, foreignOperators, externalData } = declaration;
  const outside = externalData.find(leavesFolder);
  if (outside !== undefined) return invalid(file, `its weights are outside of its folder (${outside})`);
  if (irVersion === 0) return invalid(file, 'it does not say which version of the format it has');
  if (opset === 0) return invalid(file, 'it does not say which operator set it is written for');
  if (opset > NEWEST_OPSET) return tooNew(file, `for operator set ${opset}`, NEWEST_OPSET);
  if (irVersion > NEWEST_IR_VERSION) return tooNew(file, `in version ${irVersion} of the format`, NEWEST_IR_VERSION);
  const unknown = foreignOperators.find((name) => !KNOWN_DOMAINS.some((domain) => name.startsWith(`${domain}.`)));
  return unknown === undefined ? ok(declaration) : unknownOperator(file, unknown);
}

function noEnd(file: string, loop: string): Result<never> {
  return fail(
    'model-unusable',
    `${file} has a Loop (${loop}) that never ends: neither a number of rounds nor a condition ends it`,
    {
      hint: 'Export the model again, with a number of rounds.',
    },
  );
}

function tooNew(file: string, written: string, newest: number): Result<never> {
  return fail('model-too-new', `${file} is written ${written}; this version runs up to ${newest}`, {
    hint: `Export it for operator set ${NEWEST_OPSET} or older.`,
  });
}

/** An operator that ONNX Runtime lacks: whoever finds it out says it so. */
export function unknownOperator(file: string, operator: string): Result<never> {
  return fail('model-unusable', `${file} has the operator ${operator}, which ONNX Runtime does not know`, {
    hint: 'Export it again with operators of the ONNX standard, for an operator set that ONNX Runtime knows.',
  });
}

/**
 * The files that hold a model's weights, its own first: `model-incomplete` where one is not there, or is no file. A link
 * to one is followed, as caches of downloads are made of them.
 */
export function weightFiles(file: string, { externalData }: ModelDeclaration): Result<readonly string[]> {
  const files = [file, ...externalData.map((name) => join(dirname(file), name))];
  const missing = files.find((each) => !statSync(each, { throwIfNoEntry: false })?.isFile());
  if (missing === undefined) return ok(files);
  return fail('model-incomplete', `${file} keeps weights in ${missing}, which is not there, or is no file`, {
    hint: 'Put it beside the model, under the name that it was exported with.',
  });
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

/** What `portsOf` says of a model in a file, all of whose weights are there: in the file, or beside it under the names in it. */
export function portsOfModel<Ports>(file: string, portsOf: (model: ModelDeclaration) => Result<Ports>): Result<Ports> {
  const header = readModelHeader(file);
  if (!header.ok) return header;
  const ports = portsOf(header.value);
  if (!ports.ok) return ports;
  const weights = weightFiles(file, header.value);
  return weights.ok ? ports : weights;
}

/** Reads a file by windows, as most reads are small and follow one another. */
export function fileSource(handle: number): ByteSource {
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
