import { pMapIterable } from 'p-map';
import type { EmbeddingModel, EmbeddingThreads } from '../../plugins/declare.js';
import { DECODING, readUnchanged } from '../../plugins/images/read-unchanged.js';
import { LARGEST_SQUARED_NORM } from '../../protocol/limits.js';
import { type Embedded, type EmbeddedFace, writeShard } from '../../store/cache/shards.js';
import { Halt } from '../halt.js';
import { type EmbeddingShard, type PlannedImage, readShardPlan } from './embedding-plan.js';

/** So many images are worth starting threads that prepare or embed them. */
const WORTH_A_THREAD = 32;

export interface ShardTools {
  /** The loaded model of the plan; loading is slow, so whoever computes many shards keeps it. */
  readonly model: (use: EmbeddingShard['model']) => Promise<EmbeddingModel>;
  readonly signal: AbortSignal;
  /** Called after each batch with the number of images in it. */
  readonly onImages?: (count: number) => void;
}

/** How a shard's time went, in seconds. */
export interface ShardStats {
  readonly images: number;
  readonly seconds: number;
  /** Spent by inference on waiting for decoded images. */
  readonly waiting: number;
}

interface Prepared {
  readonly hash: string;
  readonly image: { readonly decoded: unknown } | { readonly unreadable: string };
}

/**
 * Computes shard `n` of the plan in a folder and writes it. Only files are touched, and of the plan that of this shard
 * alone: nothing is assumed of the process that planned it or of those that compute the other shards.
 */
export async function computeShard(plan: string, n: number, tools: ShardTools): Promise<ShardStats> {
  return computeEmbedding(await readShardPlan(plan, n), tools);
}

/** Computes a shard and writes it. */
export async function computeEmbedding(planned: EmbeddingShard, tools: ShardTools): Promise<ShardStats> {
  const { model: use, folder, shard } = planned;
  const model = await tools.model(use);
  const started = performance.now();
  const { embedded, waiting } = await embedImages(shard.images, model, tools);
  await writeShard(folder, shard.name, embedded);
  return { images: shard.images.length, seconds: (performance.now() - started) / 1000, waiting: waiting / 1000 };
}

async function embedImages(images: readonly PlannedImage[], model: EmbeddingModel, tools: ShardTools) {
  const embedded: Embedded[] = [];
  const waited = { ms: 0 };
  const threads = images.length >= WORTH_A_THREAD ? model.inThreads?.() : undefined;
  const prepared = timed(batches(prepareAhead(images, model), model.batchSize), waited);
  const embedding = pMapIterable(prepared, (batch) => embedBatch(batch, model, threads), {
    concurrency: threads?.atOnce ?? 1,
  });
  for await (const batch of embedding) {
    tools.signal.throwIfAborted();
    embedded.push(...batch);
    tools.onImages?.(batch.length);
  }
  return { embedded, waiting: waited.ms };
}

/** The same, with the time that whoever takes them waits for them. */
async function* timed<T>(items: AsyncIterable<T>, waited: { ms: number }): AsyncIterable<T> {
  let since = performance.now();
  for await (const item of items) {
    waited.ms += performance.now() - since;
    yield item;
    since = performance.now();
  }
}

/**
 * Decodes ahead of inference, in order, and holds two batches at the most. A thread of its own is asked for both at once:
 * the answers for the next batch come in when inference lets go of this one.
 */
function prepareAhead(images: readonly PlannedImage[], model: EmbeddingModel): AsyncIterable<Prepared> {
  const backpressure = Math.max(DECODING, 2 * model.batchSize);
  const inThread = model.prepareFile !== undefined && images.length >= WORTH_A_THREAD;
  const concurrency = inThread ? backpressure : DECODING;
  return pMapIterable(images, (image) => prepare(image, model, inThread), { concurrency, backpressure });
}

async function prepare(image: PlannedImage, model: EmbeddingModel, inThread: boolean): Promise<Prepared> {
  const decoded =
    (inThread ? await model.prepareFile?.(image) : undefined) ?? (await model.prepare(await readUnchanged(image)));
  return { hash: image.hash, image: decoded.ok ? { decoded: decoded.value } : { unreadable: decoded.problem.message } };
}

async function* batches<T>(items: AsyncIterable<T>, size: number): AsyncIterable<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

async function embedBatch(
  batch: readonly Prepared[],
  model: EmbeddingModel,
  threads: EmbeddingThreads | undefined,
): Promise<Embedded[]> {
  const decoded = batch.flatMap(({ image }) => ('decoded' in image ? [image.decoded] : []));
  const faces = decoded.length > 0 ? await facesOf(decoded, model, threads) : [];
  requireOneEach(faces, decoded.length, model.dimension);
  let next = 0;
  return batch.map(({ hash, image }) => {
    if ('unreadable' in image) return { hash, unreadable: image.unreadable };
    const [largest, ...others] = faces[next++] ?? [];
    if (!largest) return { hash, noFace: true as const };
    const unusable = whyUnusable(largest.vector);
    if (unusable !== undefined) return { hash, unusable };
    return { hash, faces: [largest, ...others.filter(({ vector }) => whyUnusable(vector) === undefined)] };
  });
}

/** Of each image the vector, or those of all of its faces, the largest first; none where there is no face. */
async function facesOf(
  decoded: readonly unknown[],
  model: EmbeddingModel,
  threads: EmbeddingThreads | undefined,
): Promise<EmbeddedFace[][]> {
  if (threads) return (await threads.embedFaces(decoded)).map((faces) => [...faces]);
  if (!model.embedFaces) {
    return (await model.embed(decoded)).map((vector) => (vector ? [{ vector }] : []));
  }
  const embedded = await model.embedFaces(decoded);
  return embedded.map((faces) => faces.map((face) => (face instanceof Float32Array ? { vector: face } : face)));
}

/** A model is anyone's: what it gives is held against what it was asked. */
function requireOneEach(embedded: readonly (readonly EmbeddedFace[])[], images: number, dimension: number): void {
  const hint = 'It is the model’s own fault: export it again, or take another.';
  if (embedded.length !== images) {
    const message = `The model gives ${embedded.length} embeddings for ${images} images`;
    throw new Halt({ code: 'model-unfit', message, hint });
  }
  const other = embedded.flat().find(({ vector }) => vector.length !== dimension);
  if (!other) return;
  const message = `The model gives ${other.vector.length} numbers for an image, and says that it gives ${dimension}`;
  throw new Halt({ code: 'model-unfit', message, hint });
}

/** Why a vector has no place among others: it has no direction, or no distance. */
function whyUnusable(vector: Float32Array): string | undefined {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares === 0) return 'zero for it';
  if (squares < LARGEST_SQUARED_NORM) return undefined;
  return Number.isFinite(squares) ? 'numbers too large to compare for it' : 'NaN or infinity for it';
}
