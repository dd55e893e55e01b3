import { z } from 'zod';
import { fail, ok, type Result } from '../protocol/errors.js';
import { answerOf, metadataOf } from './answers.js';
import { embedQuery } from './embed-query.js';
import { knnRequestSchema, metadataRequestSchema } from './requests.js';
import type { Routes } from './search-server.js';
import type { ServedIndex } from './served-index.js';

/** clip-retrieval's protocol over these indexes: https://github.com/rom1504/clip-retrieval, clip_back.py. */
export function routesOf(indices: readonly ServedIndex[]): Routes {
  const byName = new Map(indices.map((index) => [index.facts.name, index]));
  return {
    '/indices-list': { GET: async () => ok([...byName.keys()]) },
    '/knn-service': { POST: (body) => knn(byName, body) },
    '/metadata': { POST: async (body) => metadata(byName, body) },
  };
}

type Indices = ReadonlyMap<string, ServedIndex>;

async function knn(indices: Indices, body: unknown): Promise<Result<unknown>> {
  const request = parsed(knnRequestSchema, body);
  if (!request.ok) return request;
  const { indice_name, modality, num_images, num_result_ids, deduplicate } = request.value;
  const index = found(indices, indice_name);
  if (!index.ok) return index;
  if (modality === 'text') return fail('modality-unsupported', 'Captions are not indexed: set modality to "image"');
  const embedding = await embedQuery(request.value, index.value.encoder);
  if (!embedding.ok) return embedding;
  const hits = await index.value.search(embedding.value, num_result_ids ?? num_images, deduplicate ?? false);
  return hits.ok ? ok(await answerOf(index.value, hits.value, num_images)) : hits;
}

function metadata(indices: Indices, body: unknown): Result<unknown> {
  const request = parsed(metadataRequestSchema, body);
  if (!request.ok) return request;
  const index = found(indices, request.value.indice_name);
  if (!index.ok) return index;
  const described = [];
  for (const id of request.value.ids) {
    const image = index.value.imageOf(id);
    if (!image) return fail('id-unknown', `The index has no image with id ${id}`);
    described.push({ id, metadata: metadataOf(image) });
  }
  return ok(described);
}

function parsed<T extends z.ZodType>(schema: T, body: unknown): Result<z.output<T>> {
  const read = schema.safeParse(body);
  return read.success ? ok(read.data) : fail('request-invalid', z.prettifyError(read.error));
}

function found(indices: Indices, name: string): Result<ServedIndex> {
  const index = indices.get(name);
  if (index) return ok(index);
  return fail('index-unknown', `There is no index named ${JSON.stringify(name)}`, {
    hint: `There are ${[...indices.keys()].join(', ')}.`,
  });
}
