import * as z from 'zod';
import { fail, ok, type Result } from '../protocol/errors.js';
import { knnRequestSchema, MOST_IMAGES, metadataRequestSchema } from '../protocol/searching/knn-requests.js';
import { embedQuery } from '../search/embed-query.js';
import type { SearchTimes } from '../search/search-times.js';
import type { ServedIndex } from '../search/served-index.js';
import { answerOf, metadataOf } from './answers.js';
import { PlainText, type Routes } from './search-server.js';
import { Turns } from './turns.js';

/** clip-retrieval's protocol over these indexes: https://github.com/rom1504/clip-retrieval, clip_back.py. */
export function routesOf(indices: readonly ServedIndex[], times: SearchTimes): Routes {
  const served: Served = {
    indices: new Map(indices.map((index) => [index.facts.name, index])),
    times,
    answering: new Turns(),
  };
  return {
    '/indices-list': { GET: async () => ok([...served.indices.keys()]) },
    '/knn-service': { POST: (body, leave) => times.time('full_knn_request_time', () => knn(served, body, leave)) },
    '/metadata': { POST: (body, leave) => metadata(served, body, leave) },
    '/metrics': { GET: async () => ok(new PlainText(await times.exposition())) },
  };
}

/** How many faults of one request are told. */
const MOST_FAULTS = 5;

type Indices = ReadonlyMap<string, ServedIndex>;

interface Served {
  readonly indices: Indices;
  readonly times: SearchTimes;
  /** Answers are put together one after the other: they may have many images to encode. */
  readonly answering: Turns;
}

/** Leaves its turn before it searches: searches that wait are done together. */
async function knn({ indices, times, answering }: Served, body: unknown, leave: () => void): Promise<Result<unknown>> {
  const request = parsed(knnRequestSchema, body);
  if (!request.ok) return request;
  const { indice_name, modality, num_images, num_result_ids, deduplicate } = request.value;
  const index = found(indices, indice_name);
  if (!index.ok) return index;
  if (modality === 'text') return fail('modality-unsupported', 'Captions are not indexed: set modality to "image"');
  const embedding = await embedQuery(request.value, index.value.encoder);
  if (!embedding.ok) return embedding;
  // An image that was sent is held until it is answered, so that there is one at a time.
  if (!request.value.image && !request.value.image_url) leave();
  const hits = await index.value.search(embedding.value, num_result_ids ?? num_images, deduplicate ?? false);
  if (!hits.ok) return hits;
  return answering.take(async () =>
    ok(await times.time('metadata_get_time', () => answerOf(index.value, hits.value, num_images))),
  );
}

/** Of the first ids the images come along, as they do there: its web page asks for them as one scrolls. */
async function metadata(
  { indices, times, answering }: Served,
  body: unknown,
  leave: () => void,
): Promise<Result<unknown>> {
  const request = parsed(metadataRequestSchema, body);
  if (!request.ok) return request;
  const index = found(indices, request.value.indice_name);
  if (!index.ok) return index;
  const { ids } = request.value;
  const unknown = ids.find((id) => id >= index.value.facts.images);
  if (unknown !== undefined) return fail('id-unknown', `The index has no image with id ${unknown}`);
  leave();
  return answering.take(async () => {
    const described = await times.time('metadata_get_time', () => metadataOf(index.value, ids, MOST_IMAGES));
    return ok(ids.map((id, place) => ({ id, metadata: described[place] })));
  });
}

function parsed<T extends z.ZodType>(schema: T, body: unknown): Result<z.output<T>> {
  const read = schema.safeParse(body);
  if (read.success) return ok(read.data);
  const issues = read.error.issues;
  const more = issues.length > MOST_FAULTS ? `\n… and ${issues.length - MOST_FAULTS} more` : '';
  return fail('request-invalid', z.prettifyError({ issues: issues.slice(0, MOST_FAULTS) }) + more);
}

function found(indices: Indices, name: string): Result<ServedIndex> {
  const index = indices.get(name);
  if (index) return ok(index);
  return fail('index-unknown', `There is no index named ${JSON.stringify(name)}`, {
    hint: `There are ${[...indices.keys()].join(', ')}.`,
  });
}
