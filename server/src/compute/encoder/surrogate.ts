import { pixelNetwork } from '../../onnx/pixel-network.js';
import type { Affine, FaceInPhotograph, Surrogate } from '../../plugins/declare.js';
import { notFollowed, requireFullPrecision } from '../../plugins/inspection/inspect-surrogate.js';
import { ok, type Result } from '../../protocol/errors.js';
import { arcFaceTransform } from '../faces/arcface.js';
import { affineOf } from '../faces/geometry.js';
import type { SquareFit } from '../images/resample.js';
import { readWholeModel } from '../whole-model.js';
import type { EncoderOptions } from './image-encoder.js';

/** An image encoder as an attack sees it: how its pixels are scaled is part of the network. */
export async function encoderSurrogate(file: string, options: EncoderOptions): Promise<Result<Surrogate>> {
  const precise = requireFullPrecision(file, options);
  if (!precise.ok) return precise;
  const model = await readWholeModel(file);
  if (!model.ok) return model;
  const network = pixelNetwork(model.value, options);
  if (!network.ok) return notFollowed(file, network.problem);
  const { size, batch } = options;
  return ok({ network: network.value, size, batch, place: (face) => placeChip(face, options) });
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
