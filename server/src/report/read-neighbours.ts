import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fail, ok, type Result } from '../protocol/errors.js';
import {
  type FoundImage,
  type QueryRow,
  type ReportData,
  type Thumbnails,
  thumbnailsSchema,
} from '../protocol/webview.js';
import { type Found, foundBy, type Search } from './neighbour-files.js';
import { readJson, readRecords, UnusableFile } from './run-files.js';

const imageSchema = z.object({ id: z.string(), identity: z.string().nullable() });
type Image = z.infer<typeof imageSchema>;

/** Of a line of `queries.jsonl`, what says where in the neighbour files its own are; null where it has no embedding. */
const querySchema = imageSchema.extend({
  models: z.record(z.string(), z.record(z.string(), z.object({ row: z.int().nonnegative().nullable() }))),
});
type Query = z.infer<typeof querySchema>;

type SearchFor = Search & { readonly query: Query };
type FoundFor = Found<SearchFor>;

export type Neighbours = Pick<ReportData, 'queries' | 'thumbnails'>;

/**
 * The nearest images of the queries that the run made thumbnails of; none where it made none.
 *
 * Problem: `neighbours-unusable`, where a file of theirs is missing or damaged.
 */
export async function readNeighbours(runFolder: string): Promise<Result<Neighbours>> {
  const file = join(runFolder, 'thumbnails.json');
  if (!existsSync(file)) return ok({ queries: [], thumbnails: {} });
  try {
    const thumbnails = await readJson(file, thumbnailsSchema);
    return ok({ queries: await queryRows(runFolder, thumbnails), thumbnails: thumbnails.images });
  } catch (error) {
    if (!(error instanceof UnusableFile)) throw error;
    return fail('neighbours-unusable', error.message, {
      hint: 'Run the experiment again to have its neighbours shown.',
    });
  }
}

async function queryRows(runFolder: string, { queries }: Thumbnails): Promise<QueryRow[]> {
  const records = await queriesOf(runFolder, new Set(queries));
  const searches = queries.flatMap((id) => searchesOf(records.get(id)));
  const found = await foundBy(runFolder, searches);
  const images = await imagesAt(runFolder, new Set(found.flatMap(({ positions }) => positions)));
  return found.map((search) => rowOf(search, images));
}

async function queriesOf(runFolder: string, ids: ReadonlySet<string>): Promise<Map<string, Query>> {
  const queries = new Map<string, Query>();
  for await (const [, query] of readRecords(join(runFolder, 'queries.jsonl'), querySchema)) {
    if (ids.has(query.id)) queries.set(query.id, query);
  }
  return queries;
}

function searchesOf(query?: Query): SearchFor[] {
  if (!query) return [];
  return Object.entries(query.models).flatMap(([model, versions]) =>
    Object.entries(versions).flatMap(([version, { row }]) => (row === null ? [] : { query, model, version, row })),
  );
}

async function imagesAt(runFolder: string, positions: ReadonlySet<number>): Promise<Map<number, Image>> {
  const images = new Map<number, Image>();
  if (positions.size === 0) return images;
  for await (const [line, image] of readRecords(join(runFolder, 'images.jsonl'), imageSchema)) {
    if (positions.has(line)) images.set(line, image);
  }
  return images;
}

function rowOf(
  { query, model, version, positions, distances }: FoundFor,
  images: ReadonlyMap<number, Image>,
): QueryRow {
  const neighbours = positions.map((position, n): FoundImage => {
    const image = images.get(position);
    if (!image || !Number.isFinite(distances[n])) throw new UnusableFile(`Neighbour ${n} of ${query.id} is no image`);
    return { id: image.id, identity: image.identity, distance: distances[n] };
  });
  const [first] = neighbours;
  const known = first && first.identity !== null && query.identity !== null;
  const correct = known ? first.identity === query.identity : null;
  return { id: query.id, identity: query.identity, model, version, correct, neighbours };
}
