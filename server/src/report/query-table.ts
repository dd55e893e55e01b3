import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fail, ok, type Result } from '../protocol/errors.js';
import type { QueryTableRow } from '../protocol/query-page.js';
import { neighbourFile, readPair } from './neighbour-files.js';
import { readRecords, UnusableFile } from './run-files.js';

const count = z.int().nonnegative().nullish();

/** What a line of `queries.jsonl` says of a query as one model and version see it. */
const partSchema = z.object({
  row: count,
  hits: z.record(z.string(), z.boolean()).nullish(),
  returned: count,
  valid: count,
  shift: z.number().nullish(),
});

const recordSchema = z.object({
  id: z.string(),
  identity: z.string().nullable(),
  threshold: z.number().nullish(),
  models: z.record(z.string(), z.record(z.string(), z.unknown())),
});
type Part = z.infer<typeof partSchema>;
type Query = z.infer<typeof recordSchema>;

const identitySchema = z.object({ identity: z.string().nullable() });

/** The nearest image of each row of a model's neighbours. */
interface Nearest {
  distanceOf(row: number): number | null;
  identityOf(row: number): string | null;
}

/**
 * Every query of a run as one model and version see it, in the order of the run; queries that they do not see
 * have no row. Problem: `neighbours-unusable`, where a file is missing or damaged.
 */
export async function readQueryTable(folder: string, model: string, version: string): Promise<Result<QueryTableRow[]>> {
  try {
    const nearest = await readNearest(folder, neighbourFile({ model, version }));
    const rows: QueryTableRow[] = [];
    for await (const [, query] of readRecords(join(folder, 'queries.jsonl'), recordSchema)) {
      const part = partSchema.safeParse(query.models[model]?.[version]);
      if (part.success) rows.push(rowOf(query, part.data, nearest));
    }
    return ok(rows);
  } catch (error) {
    if (!(error instanceof UnusableFile)) throw error;
    return fail('neighbours-unusable', error.message, { hint: 'Run the experiment again.' });
  }
}

function rowOf(query: Query, part: Part, nearest: Nearest): QueryTableRow {
  const { id, identity, threshold = null } = query;
  const { row = null, hits = null, returned = null, valid = null, shift = null } = part;
  const found = row === null ? null : nearest.identityOf(row);
  const compared = found === null || identity === null ? null : found === identity;
  const distance = row === null ? null : nearest.distanceOf(row);
  return { id, identity, threshold, hits, returned, valid, shift, distance, correct: hits?.[1] ?? compared };
}

/** A version that nothing was searched for has no neighbours, which is no fault. */
async function readNearest(folder: string, name: string): Promise<Nearest> {
  if (!existsSync(join(folder, `${name}.ids.npy`))) return { distanceOf: () => null, identityOf: () => null };
  const { ids, distances, rows, k } = await readPair(folder, name);
  const identities: (string | null)[] = [];
  for await (const [, { identity }] of readRecords(join(folder, 'images.jsonl'), identitySchema)) {
    identities.push(identity);
  }
  const isFound = (row: number) => row < rows && k > 0 && ids[row * k] >= 0 && Number.isFinite(distances[row * k]);
  return {
    distanceOf: (row) => (isFound(row) ? distances[row * k] : null),
    identityOf: (row) => (isFound(row) ? (identities[ids[row * k]] ?? null) : null),
  };
}
