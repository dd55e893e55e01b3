import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { deviceSchema } from '../protocol/compute.js';
import { shardName } from '../store/cache/shards.js';
import { keyOf, writeAtomically } from '../store/files.js';

/**
 * Images in a shard. A run that is killed loses one at most; more would cost more then, fewer make many files.
 */
export const SHARD_SIZE = 128;

const planSchema = z.object({
  /** The model, as an experiment file uses it, and what it computes on. */
  model: z.object({
    use: z.string(),
    params: z.record(z.string(), z.unknown()),
    device: deviceSchema,
  }),
  /** The folder that the shards are written to. */
  folder: z.string(),
  shards: z.array(z.object({ name: z.string(), images: z.array(z.object({ hash: z.string(), file: z.string() })) })),
});

/** A list of independent pieces of embedding work, complete in itself: any process may compute any shard. */
export type EmbeddingPlan = z.infer<typeof planSchema>;
export type PlannedShard = EmbeddingPlan['shards'][number];
export type PlannedImage = PlannedShard['images'][number];

export function planEmbedding(
  model: EmbeddingPlan['model'],
  folder: string,
  images: readonly PlannedImage[],
): EmbeddingPlan {
  const shards: PlannedShard[] = [];
  for (let start = 0; start < images.length; start += SHARD_SIZE) {
    const part = images.slice(start, start + SHARD_SIZE);
    shards.push({ name: shardName(part.map(({ hash }) => hash)), images: part });
  }
  return { model, folder, shards };
}

/** Writes the plan beside the shards and returns its path. */
export async function writePlan(plan: EmbeddingPlan): Promise<string> {
  const file = join(plan.folder, 'plans', `${keyOf(plan.shards.map(({ name }) => name))}.json`);
  await writeAtomically(file, JSON.stringify(plan));
  return file;
}

export async function readPlan(file: string): Promise<EmbeddingPlan> {
  return planSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}
