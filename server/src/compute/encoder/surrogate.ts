import { GraphBuilder } from '../../onnx/build.js';
import { includeModel } from '../../onnx/include.js';
import type { ModelProto } from '../../onnx/onnx_pb.js';
import { Term } from '../../onnx/term.js';
import type { Affine, FaceInPhotograph, Surrogate } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { arcFaceTransform } from '../faces/arcface.js';
import { affineOf } from '../faces/geometry.js';
import type { SquareFit } from '../images/resample.js';
import { readWholeModel } from '../whole-model.js';
import type { EncoderOptions } from './image-encoder.js';

/** An image encoder as an attack sees it: how its pixels are scaled is part of the network. */
export async function encoderSurrogate(file: string, options: EncoderOptions): Promise<Result<Surrogate>> {
  if (options.inputType !== 'float32' || options.outputType !== 'float32') {
    const hint = 'Use the model in fp32 as surrogate.';
    return fail('surrogate-unavailable', `${file} computes in half precision, which gives no gradient`, { hint });
  }
  const model = await readWholeModel(file);
  if (!model.ok) return model;
  const network = withPreprocessing(model.value, options);
  if (!network.ok) return network;
  const { size, batch } = options;
  return ok({ network: network.value, size, batch, place: (face) => placeChip(face, options) });
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

function placeChip(face: FaceInPhotograph, { align, size, fit }: EncoderOptions): Affine {
  return align ? affineOf(arcFaceTransform(face.landmarks, size)) : placeSquare(face, size, fit);
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
