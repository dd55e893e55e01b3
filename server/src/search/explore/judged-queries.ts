import { join } from 'node:path';
import * as z from 'zod';
import type { Person } from '../../protocol/runs/explore/people.js';
import { queryPartSchema, queryRecordSchema } from '../../store/run-folder/query-record.js';
import { readRecords } from '../../store/run-folder/run-files.js';

/** A query's parts by model and version, of which these are looked at. */
const partSchema = queryPartSchema.pick({ hits: true, valid: true, hash: true });
const recordSchema = queryRecordSchema
  .pick({ id: true, identity: true })
  .extend({ models: z.record(z.string(), z.record(z.string(), partSchema)) });
export type JudgedQuery = z.infer<typeof recordSchema>;

/** The queries of a run, one at a time. Throws `UnusableFile`. */
export async function* judgedQueries(runFolder: string): AsyncGenerator<JudgedQuery> {
  for await (const [, record] of readRecords(join(runFolder, 'queries.jsonl'), recordSchema)) yield record;
}

export type JudgedOfPerson = Pick<Person, 'queries' | 'recognised' | 'found'>;

/** What a model makes of the queries of each person. */
export async function countJudged(runFolder: string, model: string): Promise<Map<string, JudgedOfPerson>> {
  const people = new Map<string, { queries: number; recognised: number; found: Person['found'] }>();
  for await (const { identity, models } of judgedQueries(runFolder)) {
    if (identity === null) continue;
    const of = people.get(identity) ?? { queries: 0, recognised: 0, found: {} };
    people.set(identity, of);
    const hit = models[model]?.original?.hits?.[1];
    if (hit !== undefined) of.queries += 1;
    if (hit) of.recognised += 1;
    for (const [version, { valid }] of Object.entries(models[model] ?? {})) {
      if (valid === null || valid === undefined) continue;
      const found = of.found[version] ?? { count: 0, of: 0 };
      of.found[version] = { count: found.count + Number(valid > 0), of: found.of + 1 };
    }
  }
  return people;
}
