import { readFile } from 'node:fs/promises';
import type { RetrievalQuery } from '../../plugins/declare.js';

/** What a service is asked to do with every query. */
export interface KnnParameters {
  readonly index: string;
  readonly by: 'image' | 'embedding';
  readonly modality: 'image' | 'text';
  /** 0–9. */
  readonly aestheticScore?: number;
  /** 0–1. */
  readonly aestheticWeight: number;
  readonly deduplicate: boolean;
  readonly useSafetyModel: boolean;
  readonly useViolenceDetector: boolean;
  readonly useMclip: boolean;
}

/** The body of a POST to `/knn-service`, as clip-retrieval reads it: `""` is off, and null an error. */
export async function knnRequest(query: RetrievalQuery, results: number, given: KnnParameters): Promise<string> {
  const sent =
    given.by === 'image'
      ? { image: (await readFile(query.file)).toString('base64') }
      : { embedding_input: unitVector(query.embedding) };
  return JSON.stringify({
    ...sent,
    modality: given.modality,
    num_images: results,
    num_result_ids: results,
    indice_name: given.index,
    use_mclip: given.useMclip,
    deduplicate: given.deduplicate,
    use_safety_model: given.useSafetyModel,
    use_violence_detector: given.useViolenceDetector,
    aesthetic_score: given.aestheticScore ?? '',
    aesthetic_weight: given.aestheticScore === undefined ? '' : given.aestheticWeight,
  });
}

/** Of length 1, as the service's own queries are: the aesthetic vector is added to it. */
function unitVector(vector: Float32Array): number[] {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return Array.from(vector, (value) => value / (length || 1));
}
