import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { itemAt } from '../../protocol/item-at.js';
import { deviceSchema } from '../../protocol/runner.js';
import { shardName } from '../../store/cache/shards.js';

/**
 * Images in a shard. A run that is killed loses one at most; more would cost more then, fewer make many files.
 */
export const SHARD_SIZE = 128;

const modelSchema = z.object({
  use: z.string(),
  params: z.record(z.string(), z.unknown()),
  device: deviceSchema,
});

const shardSchema = z.object({
  name: z.string(),
  images: z.array(z.object({ hash: z.string(), file: z.string() })),
});

/** One shard's embedding, complete in itself: any process may compute it. */
export const embeddingShardSchema = z.object({
  kind: z.literal('embed'),
  /** The model, as an experiment file uses it, and what it computes on. */
  model: modelSchema,
  /** The folder that the shard is written to. */
  folder: z.string(),
  shard: shardSchema,
});

export type EmbeddingShard = z.infer<typeof embeddingShardSchema>;
export type PlannedShard = z.infer<typeof shardSchema>;
export type PlannedImage = PlannedShard['images'][number];

/** A list of independent pieces of embedding work. */
export interface EmbeddingPlan extends Omit<EmbeddingShard, 'shard' | 'kind'> {
  readonly shards: readonly PlannedShard[];
}

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

/**
 * A new folder beside the shards for a plan's files, one a shard, `N.json`: whoever computes a shard reads that alone.
 * No other run uses it, so that its files come and go as this one likes.
 */
export async function newPlanFolder({ folder }: EmbeddingPlan): Promise<string> {
  const plan = join(folder, 'plans', randomBytes(6).toString('hex'));
  await mkdir(plan, { recursive: true, mode: 0o700 });
  return plan;
}

export async function writeShardPlan(plan: string, { model, folder, shards }: EmbeddingPlan, n: number): Promise<void> {
  await writeFile(shardPlanFile(plan, n), JSON.stringify(embeddingShard({ model, folder, shards }, n)), {
    mode: 0o600,
  });
}

export function embeddingShard({ model, folder, shards }: EmbeddingPlan, n: number): EmbeddingShard {
  return { kind: 'embed', model, folder, shard: itemAt(shards, n) };
}

/** Writes the files of all shards, for other processes to compute them, and returns their folder. */
export async function writePlan(plan: EmbeddingPlan): Promise<string> {
  const folder = await newPlanFolder(plan);
  for (const n of plan.shards.keys()) await writeShardPlan(folder, plan, n);
  return folder;
}

export async function readShardPlan(plan: string, n: number): Promise<EmbeddingShard> {
  return embeddingShardSchema.parse(JSON.parse(await readFile(shardPlanFile(plan, n), 'utf8')));
}

/** Of shard `n` of the plan in this folder. */
export function shardPlanFile(plan: string, n: number): string {
  return join(plan, `${n}.json`);
}
