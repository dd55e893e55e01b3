import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeAtomically } from '../../store/files.js';
import { embeddingShardSchema, shardPlanFile } from '../embedding/embedding-plan.js';
import { searchShardSchema } from './search-shard.js';

const photographSchema = z.object({
  id: z.string(),
  file: z.string(),
  identity: z.string().nullable(),
  hash: z.string(),
});

const perturbingShardSchema = z.object({
  kind: z.literal('perturb'),
  family: z.enum(['perturbation', 'countermeasure']),
  /** Of the version that is made. */
  name: z.string(),
  use: z.object({ use: z.string(), params: z.record(z.string(), z.unknown()) }),
  folder: z.string(),
  shard: z.object({ images: z.array(photographSchema) }),
});
export type PerturbingShard = z.infer<typeof perturbingShardSchema>;

const shardPlanSchema = z.discriminatedUnion('kind', [embeddingShardSchema, perturbingShardSchema, searchShardSchema]);
/** What is to be computed of one shard: all that a worker needs to know of it. */
export type ShardPlan = z.infer<typeof shardPlanSchema>;

/** Throws where the file is not there, or not what a run writes. */
export async function readPlannedShard(plan: string, n: number): Promise<ShardPlan> {
  return shardPlanSchema.parse(JSON.parse(await readFile(shardPlanFile(plan, n), 'utf8')));
}

/** What a perturbation is told before the first photograph: all that it is to perturb, and all of the data set. */
const expectedSchema = z.object({ images: z.array(photographSchema), all: z.array(photographSchema) });
export type ExpectedPhotographs = z.infer<typeof expectedSchema>;

const EXPECTED = 'photographs.json';

export function writeExpected(plan: string, expected: ExpectedPhotographs): Promise<void> {
  return writeAtomically(join(plan, EXPECTED), JSON.stringify(expected));
}

export async function readExpected(plan: string): Promise<ExpectedPhotographs> {
  return expectedSchema.parse(JSON.parse(await readFile(join(plan, EXPECTED), 'utf8')));
}
