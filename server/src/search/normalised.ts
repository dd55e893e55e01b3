import type { Matrix } from '../plugins/declare.js';
import { mapped } from '../plugins/matrix.js';
import type { ModelEmbeddings } from '../runner/stages/embed-images.js';
import { keyOf } from '../store/files.js';

/** A vector of the same direction and of length 1; zeros stay what they are. */
export function normalised(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** The same embeddings with length 1, under a key of their own. */
export function onUnitSphere(embeddings: ModelEmbeddings): ModelEmbeddings {
  return {
    ...embeddings,
    key: keyOf({ normalised: embeddings.key }),
    vectors: mapped(embeddings.vectors, normalisedRows),
    faces: embeddings.faces && { ...embeddings.faces, vectors: mapped(embeddings.faces.vectors, normalisedRows) },
  };
}

function normalisedRows({ data, rows, dimension }: Matrix): Matrix {
  const unit = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += dimension) {
    unit.set(normalised(data.subarray(start, start + dimension)), start);
  }
  return { data: unit, rows, dimension };
}
