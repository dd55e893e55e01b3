import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutorElsewhere, VectorSource } from '../../plugins/declare.js';
import { blocksBetween } from '../../plugins/matrix.js';
import type { FoundFace } from '../../protocol/images/found-face.js';
import { itemAt } from '../../protocol/item-at.js';
import type { NamedUse } from '../../stages/spec.js';
import { sayDamaged } from '../../store/cache/damage.js';
import { withLease } from '../../store/cache/lease.js';
import { EmbeddingStore, type StoredFace } from '../../store/cache/shards.js';
import { type RunContext, workContext } from '../context.js';
import { sayWaiting, withCores } from '../cores.js';
import { computeShard, type ShardStats, type ShardTools } from '../embedding/compute-shard.js';
import {
  type EmbeddingPlan,
  type EmbeddingShard,
  embeddingShard,
  newPlanFolder,
  planEmbedding,
  SHARD_SIZE,
  shardPlanFile,
  writeShardPlan,
} from '../embedding/embedding-plan.js';
import { LazyModel } from '../lazy-model.js';
import { embeddingsKey, modelFileHashes } from '../model-key.js';
import { embedRate } from '../planning/measured-rates.js';
import { computeElsewhere } from '../shards/compute-elsewhere.js';
import type { Images } from './list-images.js';

/** Of vectors that are read one block after the other. */
const BLOCK_BYTES = 8 * 2 ** 20;

/** One model's view of an image set. */
export interface ModelEmbeddings {
  readonly model: NamedUse;
  /** The cache key of the model with its parameters and, where that counts, its device. */
  readonly key: string;
  /** SHA-256 of the files that its weights are in. */
  readonly files: readonly string[];
  /** Positions in the image set of those with a vector, ascending. */
  readonly embedded: readonly number[];
  /** Positions of those in which the model found no face. */
  readonly noFace: readonly number[];
  /** Those of which the model gives no vector that compares with others, and what it gives instead. */
  readonly unusable: readonly { readonly position: number; readonly message: string }[];
  /** Those that are no image, and why. */
  readonly unreadable: readonly { readonly position: number; readonly message: string }[];
  /** The vectors of `embedded`, in that order. */
  readonly vectors: VectorSource;
  /** What a search finds images by: every face of each, where the model embeds every face; else absent. */
  readonly faces?: Faces;
  /**
   * Where the largest face of the image at each position is, or at each of these, in no order: null where the model found
   * none; left out is what is not known.
   */
  readonly foundFaces: (positions?: readonly number[]) => AsyncIterable<FaceAt>;
  /** How long each shard took that this run computed. */
  readonly work: readonly ShardStats[];
}

type FaceAt = readonly [position: number, face: FoundFace | null];

/** The largest face of each of `embedded`, in that order, and then the other faces, a row each. */
export interface Faces {
  /** Position in the image set of each row's photograph. */
  readonly embedded: readonly number[];
  readonly vectors: VectorSource;
}

/** The rows that an index is built over, and whose they are. */
export function searchedBy({ faces, embedded, vectors }: ModelEmbeddings): Faces {
  return faces ?? { embedded, vectors };
}

/** What progress says is being done. */
export interface EmbeddingLabel {
  readonly stage: string;
  readonly label: string;
}

/** Computes what is not in the cache yet of a model's embeddings of images. */
export async function embedImages(
  context: RunContext,
  set: Images,
  model: NamedUse,
  label: EmbeddingLabel = { stage: 'embed', label: model.name },
): Promise<ModelEmbeddings> {
  const key = await embeddingsKey(context, model);
  const folder = context.cache.of('embeddings', key);
  const store = await openStore(context, folder);
  const work = await computeMissing(context, { set, model, folder, store, label });
  await context.files.flush();
  await recordRate(context, key, work);
  return viewOf(set, { model, key, files: await modelFileHashes(context, model), work }, store);
}

async function recordRate(context: RunContext, key: string, work: readonly ShardStats[]): Promise<void> {
  const images = work.reduce((sum, shard) => sum + shard.images, 0);
  const seconds = work.reduce((sum, shard) => sum + shard.seconds, 0);
  if (images > 0) await context.rates.record(embedRate(key), images / seconds);
}

async function openStore(context: RunContext, folder: string): Promise<EmbeddingStore> {
  const store = await EmbeddingStore.open(folder, { stored: context.useCache, files: context.files });
  for (const shard of store.damaged) sayDamaged(join(folder, `${shard}.npy`));
  return store;
}

interface EmbeddingWork {
  readonly set: Images;
  readonly label: EmbeddingLabel;
  readonly model: NamedUse;
  readonly folder: string;
  readonly store: EmbeddingStore;
}

async function computeMissing(context: RunContext, work: EmbeddingWork): Promise<ShardStats[]> {
  const { images } = work.set;
  // Images with the same content are embedded once.
  const missing = new Map<string, string>();
  for (const { hash, file } of images) if (!work.store.locate(hash)) missing.set(hash, file);
  if (missing.size === 0) return [];
  const total = new Set(images.map(({ hash }) => hash)).size;
  const { use, params } = work.model;
  const toCompute = [...missing].map(([hash, file]) => ({ hash, file }));
  const plan = planEmbedding({ use, params: { ...params }, device: context.device }, work.folder, toCompute);
  const meter = workContext(context, work.label.stage, work.label.label);
  let done = total - missing.size;
  const advance = (count: number) => {
    done += count;
    meter.progress(done, total);
  };
  if (context.executor) return computeOnCluster(context, context.executor, work, plan, advance);
  const planFolder = await newPlanFolder(plan);
  try {
    return await computeShards(context, work, plan, planFolder, advance);
  } finally {
    await rm(planFolder, { recursive: true, force: true });
  }
}

async function computeShards(
  context: RunContext,
  { model, store }: EmbeddingWork,
  plan: EmbeddingPlan,
  planFolder: string,
  advance: (count: number) => void,
): Promise<ShardStats[]> {
  const loaded = new LazyModel(context, model);
  const tools = { model: () => loaded.get(), signal: context.signal, onImages: advance };
  const computed: ShardStats[] = [];
  try {
    for (const [n, shard] of plan.shards.entries()) {
      const lease = join(plan.folder, `${shard.name}.lease`);
      const compute = async () =>
        context.useCache && (await store.adopt(shard.name))
          ? undefined
          : withCores(context, () => computePlanned(plan, planFolder, n, tools));
      const stats = await withLease(lease, context.signal, compute, (holder) => sayWaiting(context, holder));
      if (stats) computed.push(stats);
      else advance(shard.images.length);
      await store.adopt(shard.name);
    }
  } finally {
    await loaded.close();
  }
  return computed;
}

async function computeOnCluster(
  context: RunContext,
  executor: ExecutorElsewhere,
  { model, store, label }: EmbeddingWork,
  plan: EmbeddingPlan,
  advance: (count: number) => void,
): Promise<ShardStats[]> {
  const rate = context.rates.get(embedRate(await embeddingsKey(context, model)));
  return computeElsewhere<EmbeddingShard>(context, executor, {
    label: label.label,
    folder: plan.folder,
    secondsPerShard: rate && SHARD_SIZE / rate.perSecond,
    async missing() {
      // Of those that an earlier run had handed over some have come meanwhile.
      const left = plan.shards.flatMap(({ images }) => images).filter(({ hash }) => !store.locate(hash));
      const again = planEmbedding(plan.model, plan.folder, left);
      return again.shards.map((_, n) => embeddingShard(again, n));
    },
    isThere: ({ shard }) => store.adopt(shard.name),
    onShard: ({ shard }) => advance(shard.images.length),
  });
}

/** The shard's own file is there while it is computed: a run that is killed leaves one small file at most. */
async function computePlanned(plan: EmbeddingPlan, folder: string, n: number, tools: ShardTools): Promise<ShardStats> {
  await writeShardPlan(folder, plan, n);
  const stats = await computeShard(folder, n, tools);
  await rm(shardPlanFile(folder, n), { force: true });
  return stats;
}

function viewOf(
  set: Images,
  of: Pick<ModelEmbeddings, 'model' | 'key' | 'files' | 'work'>,
  store: EmbeddingStore,
): ModelEmbeddings {
  const embedded: number[] = [];
  const noFace: number[] = [];
  const unusable: { position: number; message: string }[] = [];
  const unreadable: { position: number; message: string }[] = [];
  for (const [position, { hash }] of set.images.entries()) {
    const location = store.locate(hash);
    if (!location) throw new Error(`No shard holds ${hash}`);
    if (location.kind === 'vector') embedded.push(position);
    else if (location.kind === 'no-face') noFace.push(position);
    else (location.kind === 'unusable' ? unusable : unreadable).push({ position, message: location.message });
  }
  const hashes = embedded.map((position) => itemAt(set.images, position).hash);
  const vectors = vectorsOf(store, hashes);
  const foundFaces = async function* (positions: readonly number[] = [...set.images.keys()]): AsyncIterable<FaceAt> {
    const asked = positions.map((position) => itemAt(set.images, position).hash);
    for await (const [place, face] of store.foundFaces(asked)) yield [itemAt(positions, place), face];
  };
  return { ...of, embedded, noFace, unusable, unreadable, vectors, faces: facesOf(set, embedded, store), foundFaces };
}

/** Absent where no image has more than one face that is stored. */
function facesOf({ images }: Images, embedded: readonly number[], store: EmbeddingStore): Faces | undefined {
  const others: { position: number; face: readonly [hash: string, nth: number] }[] = [];
  for (const position of embedded) {
    const { hash } = itemAt(images, position);
    const location = store.locate(hash);
    const faces = location?.kind === 'vector' ? location.faces : 1;
    for (let nth = 1; nth < faces; nth++) others.push({ position, face: [hash, nth] });
  }
  if (others.length === 0) return undefined;
  const largest = embedded.map((position) => itemAt(images, position).hash);
  return {
    embedded: [...embedded, ...others.map(({ position }) => position)],
    vectors: vectorsOf(store, [...largest, ...others.map(({ face }) => face)]),
  };
}

/** The vectors of images, which all have one, read when they are asked for. */
function vectorsOf(store: EmbeddingStore, faces: readonly StoredFace[]): VectorSource {
  const { length: rows } = faces;
  const dimension = store.dimension ?? 0;
  const read = async (some: readonly StoredFace[]) => ({ data: await store.read(some), rows: some.length, dimension });
  return {
    rows,
    dimension,
    blocks: () => blocksBetween(rows, dimension, (start, end) => read(faces.slice(start, end)), BLOCK_BYTES),
    rowsAt: (wanted) => read(Array.from(wanted, (row) => itemAt(faces, row))),
  };
}
