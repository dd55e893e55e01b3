import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExactSearch } from '../../../server/src/compute/search/exact-search.js';
import { writeModel } from '../../../server/src/onnx/read.js';
import type { Plugin } from '../../../server/src/plugins/declare.js';
import { inMemory } from '../../../server/src/plugins/matrix.js';
import { findPlugin } from '../../../server/src/plugins/registry.js';
import { computeShard } from '../../../server/src/runner/embedding/compute-shard.js';
import { planEmbedding, SHARD_SIZE, writePlan } from '../../../server/src/runner/embedding/embedding-plan.js';
import { sha256 } from '../../../server/src/store/files.js';
import { visionModel, XENOVA } from '../../support/clip/exports.js';
import { writeTransformersConfig } from '../../support/clip/peers.js';
import { VISION } from '../../support/clip/shapes.js';
import { randomVectors } from '../../support/random-vectors.js';
import { figure, median, note, secondsOf } from '../measure.js';
import { photographs } from '../photographs.js';

const ROUNDS = 3;
const CLIPS = ['clip-vit-b-32', 'clip-vit-l-14'] as const;
const SEARCHED = { rows: 50_000, dimension: 512, queries: 2048, k: 6 } as const;

export interface EmbeddingRate {
  readonly model: string;
  readonly dimension: number;
  readonly imagesPerSecond: number;
  /** Of a shard's files, and of the plan that a worker is handed, for each image. */
  readonly bytes: { readonly kept: number; readonly planned: number };
}

/** What this machine does, all cores together. */
export interface Rates {
  readonly cores: number;
  readonly photographs: { readonly what: string; readonly meanBytes: number };
  readonly embedding: readonly EmbeddingRate[];
  readonly search: typeof SEARCHED & { readonly pairsPerSecond: number };
}

/** Measures everything that docs/scale.md is worked out of; CLIP at full size with random weights, which cost what trained ones do. */
export async function measureRates(): Promise<Rates> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-scale-'));
  const { what, files } = await photographs(SHARD_SIZE, folder);
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const embedding = [await embeddingRate('face-recognition', {}, files, folder)];
  for (const name of CLIPS) {
    const path = join(folder, name);
    await mkdir(join(path, 'onnx'), { recursive: true });
    await writeFile(join(path, 'onnx/vision_model.onnx'), writeModel(visionModel(VISION[name], XENOVA)));
    await writeTransformersConfig(path, VISION[name]);
    // A quarter of a shard of the largest takes as long as a shard of the others.
    embedding.push(await embeddingRate(name, { path }, name === 'clip-vit-l-14' ? files.slice(0, 32) : files, folder));
    await rm(path, { recursive: true });
  }
  const search = await searchRate();
  await rm(folder, { recursive: true });
  const meanBytes = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  return { cores: availableParallelism(), photographs: { what, meanBytes }, embedding, search };
}

/** From photographs' files to a shard on disk, as a run and a cluster's tasks do it. */
async function embeddingRate(
  name: string,
  params: object,
  files: readonly string[],
  folder: string,
): Promise<EmbeddingRate> {
  const plugin = findPlugin('model', name) as Plugin<'model'>;
  const context = { folder: join(folder, 'plugin'), threads: availableParallelism() };
  const loaded = await plugin.load(plugin.params.parse(params), context);
  if (!loaded.ok) throw new Error(loaded.problem.message);
  const images = await Promise.all(files.map(async (file) => ({ file, hash: sha256(await readFile(file)) })));
  const store = join(folder, `store-${name}`);
  const plan = await writePlan(planEmbedding({ use: name, params: {}, device: 'cpu' }, store, images));
  const planned = await bytesIn(plan);
  const tools = { model: async () => loaded.value, signal: new AbortController().signal };
  await computeShard(plan, 0, tools);
  const kept = (await bytesIn(store)) - planned;
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rates.push(files.length / (await secondsOf(() => computeShard(plan, 0, tools))));
    note(`scale: ${name} ${figure(rates[round]!)} images/s`);
  }
  return {
    model: name,
    dimension: loaded.value.dimension,
    imagesPerSecond: median(rates),
    bytes: { kept: kept / files.length, planned: planned / files.length },
  };
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function searchRate(): Promise<Rates['search']> {
  const { rows, dimension, queries, k } = SEARCHED;
  const index = await ExactSearch.open(inMemory(randomVectors(rows, dimension, 1)), 'l2', {
    threads: availableParallelism(),
  });
  const asked = inMemory(randomVectors(queries, dimension, 2));
  const work = { signal: new AbortController().signal, progress: () => undefined };
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rates.push((rows * queries) / (await secondsOf(() => index.search(asked, { ...work, k }))));
    note(`scale: flat ${figure(rates[round]! / 1e6)} million pairs/s`);
  }
  await index.close();
  return { ...SEARCHED, pairsPerSecond: median(rates) };
}
