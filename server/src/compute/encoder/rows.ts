import type { Tensor } from 'onnxruntime-node';
import { countOf, embeddingLength } from '../../plugins/inspection/encoder-ports.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { fromHalves } from '../half.js';

/**
 * What a model gave for so many images as one vector each, brought to length 1 where `normalise` says so: `model-unfit`
 * where it gave another number of rows, or something else than one vector a row.
 */
export function toRows(tensor: Tensor, images: number, normalise: boolean): Result<Float32Array[]> {
  const length = embeddingLength(tensor.dims, images);
  if (!length.ok) return length;
  const values = valuesOf(tensor);
  if (length.value === null || values?.length !== images * length.value) {
    const gives = values ? `${countOf(values.length, 'number')} [${tensor.dims.join(', ')}]` : tensor.type;
    return fail('model-unfit', `The model gives ${gives} for ${countOf(images, 'image')}, not one vector each`, {
      hint: 'Export it so that it gives one vector for each image of a batch.',
    });
  }
  const each = Array.from({ length: images }, (_, row) =>
    values.slice(row * (length.value as number), (row + 1) * (length.value as number)),
  );
  return ok(normalise ? each.map(toUnitLength) : each);
}

function valuesOf({ data, type }: Tensor): Float32Array | undefined {
  if (type === 'float16') return fromHalves(data as Uint16Array);
  return type === 'float32' ? (data as Float32Array) : undefined;
}

function toUnitLength(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  return length > 0 ? vector.map((value) => value / length) : vector;
}
