import { join } from 'node:path';
import * as z from 'zod';
import { fail, ok, type Result } from '../protocol/errors.js';
import { itemAt } from '../protocol/item-at.js';
import { type DistanceUnit, unitOf } from '../protocol/results/distance-unit.js';
import type { Results } from '../protocol/results.js';
import type { QueryTableRow } from '../protocol/runs/query-page.js';
import { readPair, recordedFile } from '../store/run-folder/neighbour-files.js';
import { imageRecordSchema, queryPartSchema, queryRecordSchema } from '../store/run-folder/query-record.js';
import { readResults } from '../store/run-folder/read-results.js';
import { recordsAtOnce, UnusableFile } from '../store/run-folder/run-files.js';
import { isExpected } from '../store/run-folder/sound-files.js';
import { inUnit } from './read-neighbours.js';

const partSchema = queryPartSchema.omit({ file: true, validAt: true, judgedDistances: true });
type Part = z.infer<typeof partSchema>;

/** One model and version of a record: the others' parts, however many there are, are not looked at. */
const recordSchema = (model: string, version: string) =>
  queryRecordSchema.extend({
    models: z.object({
      [model]: z.object({ [version]: partSchema.optional().catch(undefined) }).optional(),
    }),
  });
type Query = Omit<z.infer<ReturnType<typeof recordSchema>>, 'models'>;

const identitySchema = imageRecordSchema.pick({ identity: true });

/** The nearest image of each row of a model's neighbours: its position in `images.jsonl`, and how far it is. */
interface Nearest {
  positionOf(row: number): number | null;
  distanceOf(row: number): number | null;
}

/** Rows whose accuracy was not measured, with the position of the nearest image. */
type Undecided = Map<QueryTableRow, number>;

/**
 * Every query of a run as one model and version see it, in the order of the run; queries that they do not see
 * have no row. Problem: `neighbours-unusable`, where a file is missing or damaged.
 */
export async function readQueryTable(folder: string, model: string, version: string): Promise<Result<QueryTableRow[]>> {
  const results = await readResults(folder);
  const measured: Pick<Results, 'threshold' | 'retrieve'> = results.ok ? results.value : {};
  const unit = unitOf(measured, model);
  const shown = { unit, judges: measured.threshold?.model === model && unit !== 'similarity' };
  try {
    let nearest: Nearest | undefined;
    const rows: QueryTableRow[] = [];
    const undecided: Undecided = new Map();
    for await (const records of recordsAtOnce(join(folder, 'queries.jsonl'), recordSchema(model, version))) {
      for (const [, query] of records) {
        const part = query.models[model]?.[version];
        if (!part) continue;
        const { row = null, hits, neighbours } = part;
        if (row !== null) nearest ??= await readNearest(folder, recordedFile({ model, version, neighbours }));
        const tableRow = rowOf(query, part, row === null || !nearest ? null : nearest.distanceOf(row), shown);
        rows.push(tableRow);
        const position = row === null || !nearest || hits?.[1] !== undefined ? null : nearest.positionOf(row);
        if (position !== null) undecided.set(tableRow, position);
      }
    }
    await decide(folder, undecided);
    return ok(rows);
  } catch (error) {
    if (!(error instanceof UnusableFile)) throw error;
    return fail('neighbours-unusable', error.message, { hint: 'Run the experiment again.' });
  }
}

/** What distances are shown in, and whether the model is the one that thresholds are of. */
interface Shown {
  readonly unit: DistanceUnit;
  readonly judges: boolean;
}

/** One unit in a row, and no threshold beside distances of another model. */
function rowOf(query: Query, part: Part, distance: number | null, { unit, judges }: Shown): QueryTableRow {
  const { control } = query;
  // Of hundreds of thousands: an object that is written out takes a tenth of the time of one that is put together.
  return {
    id: query.id,
    identity: query.identity,
    hits: part.hits ?? null,
    returned: part.returned ?? null,
    valid: part.valid ?? null,
    shift: part.shift ?? null,
    unit,
    correct: part.hits?.[1] ?? null,
    dssim: part.visibility?.dssim ?? null,
    distance: distance === null ? null : inUnit(distance, unit),
    threshold: judges ? (query.threshold ?? null) : null,
    strangers: query.strangers ?? null,
    control: control && control.of > 0 ? control.count / control.of : null,
  };
}

/** Compares identities, which to read takes as long as everything else, where that was not done by the run. */
async function decide(folder: string, undecided: Undecided): Promise<void> {
  if (undecided.size === 0) return;
  const identities: (string | null)[] = [];
  for await (const records of recordsAtOnce(join(folder, 'images.jsonl'), identitySchema)) {
    for (const [, { identity }] of records) identities.push(identity);
  }
  for (const [row, position] of undecided) {
    const found = identities[position] ?? null;
    row.correct = found === null || row.identity === null ? null : found === row.identity;
  }
}

/** A version that nothing was searched for has no neighbours, which is no fault. */
async function readNearest(folder: string, name: string): Promise<Nearest> {
  if (!(await isExpected(join(folder, `${name}.ids.npy`)))) return { positionOf: () => null, distanceOf: () => null };
  const { ids, distances, rows, k } = await readPair(folder, name);
  const isFound = (row: number) =>
    row < rows && k > 0 && itemAt(ids, row * k) >= 0 && Number.isFinite(distances[row * k]);
  return {
    positionOf: (row) => (isFound(row) ? itemAt(ids, row * k) : null),
    distanceOf: (row) => (isFound(row) ? itemAt(distances, row * k) : null),
  };
}
