import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GraphBuilder } from '../../onnx/build.js';
import { withExternalData } from '../../onnx/external-data.js';
import { includeModel } from '../../onnx/include.js';
import type { ModelProto } from '../../onnx/onnx_pb.js';
import { readModel } from '../../onnx/read.js';
import { Term } from '../../onnx/term.js';
import type { Affine, FaceInPhotograph, Surrogate } from '../../plugins/declare.js';
import { readModelHeader } from '../../plugins/model-header.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import type { SquareFit } from '../images/resample.js';
import type { EncoderOptions } from './image-encoder.js';

/** A model is given to ONNX Runtime in one piece, which Protocol Buffers limit to 2 GiB; the gradient needs some too. */
const LARGEST = 1.9 * 2 ** 30;

/** An image encoder as an attack sees it: how its pixels are scaled is part of the network. */
export async function encoderSurrogate(file: string, options: EncoderOptions): Promise<Result<Surrogate>> {
  if (options.inputType !== 'float32' || options.outputType !== 'float32') {
    const hint = 'Use the model in fp32 as surrogate.';
    return fail('surrogate-unavailable', `${file} computes in half precision, which gives no gradient`, { hint });
  }
  const model = await wholeModel(file);
  if (!model.ok) return model;
  const network = withPreprocessing(model.value, options);
  if (!network.ok) return network;
  const { size, batch, fit } = options;
  return ok({ network: network.value, size, batch, place: (face) => placeSquare(face, size, fit) });
}

async function wholeModel(file: string): Promise<Result<ModelProto>> {
  const header = readModelHeader(file);
  if (!header.ok) return header;
  const files = [file, ...header.value.externalData.map((name) => join(dirname(file), name))];
  try {
    const sizes = await Promise.all(files.map(async (each) => (await stat(each)).size));
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

/** The model behind `(pixel / 255 - mean) / std` in its own layout and order of colours. */
function withPreprocessing(model: ModelProto, options: EncoderOptions): Result<ModelProto> {
  const { size, batch, channels, layout } = options;
  const g = new GraphBuilder('surrogate');
  const chip = new Term(g, g.input('chip', 'float32', [batch ?? 'batch', 3, size, size]), 'float32');
  const three = (values: readonly number[]) =>
    new Term(g, g.constant(Float32Array.from(values), [1, 3, 1, 1]), 'float32');
  const ordered = channels === 'rgb' ? chip : chip.reversed(1);
  const scale = options.std.map((std) => 1 / (255 * std));
  const scaled = ordered.sub(three(options.mean.map((mean) => 255 * mean))).mul(three(scale));
  const input = layout === 'nchw' ? scaled : scaled.transpose(0, 2, 3, 1);
  const included = includeModel(g, model, { [options.input]: input.name });
  if (!included.ok) return fail(included.problem.code, included.problem.message);
  g.output(included.value.get(options.output) as string, 'float32', [batch ?? 'batch', 'features'], 'features');
  return ok(g.toModel());
}

/** The middle square of the photograph, or all of it; pixels are cells, whose centres lie half a pixel in. */
function placeSquare({ width, height }: FaceInPhotograph, size: number, fit: SquareFit): Affine {
  const shorter = Math.min(width, height);
  const along = (side: number) => {
    const scale = (fit === 'crop' ? shorter : side) / size;
    const start = fit === 'crop' ? (side - shorter) / 2 : 0;
    return { scale, shift: start + 0.5 * scale - 0.5 };
  };
  const [x, y] = [along(width), along(height)];
  return { xx: x.scale, xy: 0, x0: x.shift, yx: 0, yy: y.scale, y0: y.shift };
}
