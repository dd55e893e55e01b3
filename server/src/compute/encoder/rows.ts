import type { Tensor } from 'onnxruntime-node';
import { fromHalves } from '../half.js';

/** A batch of embeddings as one vector each, brought to length 1 where `normalise` says so. */
export function toRows({ data, type }: Tensor, rows: number, normalise: boolean): Float32Array[] {
  const values = type === 'float16' ? fromHalves(data as Uint16Array) : (data as Float32Array);
  const length = values.length / rows;
  const each = Array.from({ length: rows }, (_, row) => values.slice(row * length, (row + 1) * length));
  return normalise ? each.map(toUnitLength) : each;
}

function toUnitLength(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}
