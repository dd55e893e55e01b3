import { join } from 'node:path';
import * as z from 'zod';
import { fail, ok, type Result } from '../protocol/errors.js';
import { itemAt } from '../protocol/item-at.js';
import { type DistanceUnit, unitOf } from '../protocol/results/distance-unit.js';
import type { Results } from '../protocol/results.js';
import { type FoundImage, type QueryRow, type ReportData, thumbnailsSchema } from '../protocol/webview.js';
import { type Found, foundBy, NEIGHBOURS_SHOWN, type Search } from '../store/run-folder/neighbour-files.js';
import {
  type ImageRecord,
  imageRecordSchema,
  queryPartSchema,
  queryRecordSchema,
} from '../store/run-folder/query-record.js';
import { naming, readJson, readRecords, UnusableFile } from '../store/run-folder/run-files.js';
import { isExpected } from '../store/run-folder/sound-files.js';

/** Of a line of `queries.jsonl`, what says where in the neighbour files its own are; null where it has no embedding. */
const partSchema = queryPartSchema
  .pick({ file: true, neighbours: true, validAt: true, judgedDistances: true })
  .extend({ row: z.int().nonnegative().nullable() });
const querySchema = queryRecordSchema.extend({ models: z.record(z.string(), z.record(z.string(), partSchema)) });
/** With its line of the file, from 0. */
export type Query = z.infer<typeof querySchema> & { readonly line: number };

type SearchFor = Search & {
  readonly query: Query;
  readonly validAt?: readonly number[] | null;
  readonly judgedDistances?: readonly (number | null)[] | null;
};
type FoundFor = Found<SearchFor>;

export type Neighbours = Pick<ReportData, 'queries' | 'thumbnails' | 'faces' | 'perturbed'>;

/**
 * The nearest images of the queries that the run made thumbnails of; none where it made none.
 *
 * Problem: `neighbours-unusable`, where a file of theirs is missing or damaged.
 */
export async function readNeighbours(
  runFolder: string,
  results: Pick<Results, 'threshold' | 'retrieve'> = {},
): Promise<Result<Neighbours>> {
  const file = join(runFolder, 'thumbnails.json');
  if (!(await isExpected(file))) return ok({ queries: [], thumbnails: {}, faces: null, perturbed: [] });
  return usable(async () => {
    const { queries, images, faces, perturbed } = await readJson(file, thumbnailsSchema);
    return {
      queries: (await readRows(runFolder, queries, NEIGHBOURS_SHOWN, results)).map(({ row }) => row),
      thumbnails: images,
      faces,
      perturbed,
    };
  });
}

/** What `read` gives, or the problem `neighbours-unusable` where it finds a file unusable. */
export async function usable<T>(read: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await read());
  } catch (error) {
    if (!(error instanceof UnusableFile)) throw error;
    return fail('neighbours-unusable', error.message, {
      hint: 'Run the experiment again to have its neighbours shown.',
    });
  }
}

/** With its line of `images.jsonl`, from 0. */
type PlacedImage = ImageRecord & { readonly position: number };

/** A query's row, and the images that it names. */
export interface ReadRow {
  readonly row: QueryRow;
  readonly query: Query;
  readonly images: readonly PlacedImage[];
  /** As the run's files have them, in single precision: squared L2, unless a service gave its similarities. */
  readonly measured: readonly number[];
}

/** A distance of a run's neighbour files, which are squared L2, as it is shown. */
export function inUnit(squared: number, unit: DistanceUnit): number {
  return unit === 'l2' ? Math.sqrt(squared) : squared;
}

/** What each model and version found for some queries, distances in the unit that the results have. Throws `UnusableFile`. */
export async function readRows(
  runFolder: string,
  ids: readonly string[],
  most: number,
  results: Pick<Results, 'threshold' | 'retrieve'>,
): Promise<ReadRow[]> {
  const records = await queriesOf(runFolder, new Set(ids));
  const searches = ids.flatMap((id) => searchesOf(records.get(id)));
  const unsearched = ids.flatMap((id) => unsearchedOf(records.get(id)));
  const found = [...(await foundBy(runFolder, searches, most)), ...unsearched];
  const images = await readImages(runFolder, new Set(ids), new Set(found.flatMap(({ positions }) => positions)));
  return found.map((search) => rowOf(search, images, unitOf(results, search.model)));
}

async function queriesOf(runFolder: string, ids: ReadonlySet<string>): Promise<Map<string, Query>> {
  const queries = new Map<string, Query>();
  for await (const [line, query] of readRecords(join(runFolder, 'queries.jsonl'), querySchema, naming(ids))) {
    if (ids.has(query.id)) queries.set(query.id, { ...query, line });
  }
  return queries;
}

function searchesOf(query?: Query): SearchFor[] {
  if (!query) return [];
  return Object.entries(query.models).flatMap(([model, versions]) =>
    Object.entries(versions).flatMap(([version, { row, neighbours, validAt, judgedDistances }]) =>
      row === null ? [] : { query, model, version, row, neighbours, validAt, judgedDistances },
    ),
  );
}

/** Perturbed versions that nothing was searched for: there is a photograph to look at. */
function unsearchedOf(query?: Query): FoundFor[] {
  if (!query) return [];
  return Object.entries(query.models).flatMap(([model, versions]) =>
    Object.entries(versions).flatMap(([version, { row, file }]) =>
      row === null && file ? [{ query, model, version, row: 0, positions: [], distances: [] }] : [],
    ),
  );
}

/** Images by their position, and those of queries by their id. */
async function readImages(runFolder: string, ids: ReadonlySet<string>, positions: ReadonlySet<number>) {
  const images = new Map<number | string, PlacedImage>();
  if (ids.size === 0) return images;
  const names = naming(ids);
  const wanted = (text: string, line: number) => positions.has(line) || names(text);
  for await (const [position, record] of readRecords(join(runFolder, 'images.jsonl'), imageRecordSchema, wanted)) {
    const image = { ...record, position };
    if (positions.has(position)) images.set(position, image);
    if (ids.has(image.id)) images.set(image.id, image);
  }
  return images;
}

function rowOf(search: FoundFor, images: ReadonlyMap<number | string, PlacedImage>, unit: DistanceUnit): ReadRow {
  const { query, model, version, positions, distances, validAt, judgedDistances } = search;
  const nearest = positions.map((position, n) => {
    const image = images.get(position);
    if (!image || !Number.isFinite(distances[n])) throw new UnusableFile(`Neighbour ${n} of ${query.id} is no image`);
    return image;
  });
  const neighbours = nearest.map(
    ({ id, identity }, n): FoundImage => ({
      ...{ id, identity, distance: inUnit(itemAt(distances, n), unit) },
      valid: validAt ? validAt.includes(n) : null,
      judged: judgedDistances?.[n] ?? null,
    }),
  );
  const [first] = neighbours;
  const known = first && first.identity !== null && query.identity !== null;
  const correct = known ? first.identity === query.identity : null;
  const judged = validAt && judgedDistances ? { valid: validAt.length, of: judgedDistances.length } : null;
  const row = { id: query.id, identity: query.identity, model, version, correct, neighbours, judged };
  const own = images.get(query.id);
  return { row, query, images: own ? [own, ...nearest] : nearest, measured: distances };
}
