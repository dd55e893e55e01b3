import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Facts, ImageEntry, Plugin } from '../../plugins/declare.js';
import type { Device } from '../../protocol/compute.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import type { PlannedWork } from '../../protocol/runs/planned-work.js';
import type { ExperimentSpec, NamedUse, PluginUse } from '../../stages/spec.js';
import { FileTable } from '../../store/cache/file-table.js';
import { EmbeddingStore } from '../../store/cache/shards.js';
import { CacheFolders } from '../../store/home.js';
import { loadPlugin, pluginFor } from '../context.js';
import { problemOf } from '../halt.js';
import { embeddingsKey, pluginKey } from '../model-key.js';
import { sortedById } from '../stages/list-images.js';
import { stagesOf } from '../stages/run-stages.js';
import { embedRate, type MeasuredRate, MeasuredRates } from './measured-rates.js';
import { planPoison } from './plan-poison.js';

export interface Planner {
  readonly plugins: readonly Plugin[];
  readonly cache: CacheFolders;
  readonly files: FileTable;
  readonly rates: MeasuredRates;
  readonly threads: number;
  readonly device: Device;
}

/** Content hashes of the data set's images; undefined for one that is not hashed yet. */
type Hashes = readonly (string | undefined)[];

/**
 * Says what a run would do without doing any of it: no native module is loaded, no image is read, and a data
 * set that draws its own images draws none. Nothing is written or removed.
 */
export async function planRun(
  spec: ExperimentSpec,
  plugins: readonly Plugin[],
  home: string,
  device: Device,
): Promise<Result<PlannedWork[]>> {
  const cache = new CacheFolders(home);
  const files = await FileTable.open(cache.of('files.jsonl'), { readOnly: true });
  const rates = await MeasuredRates.open(cache.of('rates.json'), { readOnly: true });
  try {
    return ok(await planStages({ plugins, cache, files, rates, threads: 1, device }, spec));
  } catch (error) {
    const problem = problemOf(error);
    if (!problem) throw error;
    return { ok: false, problem };
  }
}

async function planStages(planner: Planner, spec: ExperimentSpec): Promise<PlannedWork[]> {
  const images = await knownImages(planner, spec.dataset);
  const planned: PlannedWork[] = [];
  for (const stage of stagesOf(spec)) {
    if (stage === 'dataset') planned.push(listing(spec.dataset, images));
    else if (stage === 'embed') planned.push(...(await planEmbed(planner, spec, images)));
    else if (stage === 'poison') planned.push(...(await planPoison(planner, spec, images)));
    else planned.push({ ...UNKNOWN, stage, label: '' });
  }
  return planned;
}

const UNKNOWN = { total: null, cached: null, seconds: null, diskMb: null, memoryMb: null };

/** The images that are there, or as many unknown ones as the data set says it will draw. */
async function knownImages(planner: Planner, use: PluginUse): Promise<Hashes> {
  const { images } = factsOf(planner, 'dataset', use);
  const folder = planner.cache.of('datasets', await pluginKey(planner, 'dataset', use));
  if (images !== undefined) {
    const drawn = await drawnImages(folder);
    return drawn.length === images ? hashesOf(planner, drawn) : Array.from({ length: images }, () => undefined);
  }
  const dataset = await loadPlugin(planner, 'dataset', use);
  const listing = await dataset.list({ folder, signal: new AbortController().signal, progress: () => undefined });
  return listing.ok ? hashesOf(planner, listing.value.images) : [];
}

/** What is in the folder of a data set that draws its own images: it is not asked, since it draws what is missing. */
async function drawnImages(folder: string): Promise<Pick<ImageEntry, 'id' | 'file'>[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !/^checksums\.jsonl$|\.tmp$/.test(entry.name));
  return files.map(({ parentPath, name }) => {
    const file = join(parentPath, name);
    return { id: relative(folder, file).replaceAll(sep, '/'), file };
  });
}

function hashesOf({ files }: Planner, images: readonly Pick<ImageEntry, 'id' | 'file'>[]): Hashes {
  return sortedById(images).map(({ file }) => files.known(file));
}

function factsOf(planner: Planner, family: 'dataset' | 'model', use: PluginUse): Facts {
  const describe = pluginFor(planner, family, use.use).describe;
  return describe?.(use.params, () => fail('not-read', 'A plan reads no model')) ?? {};
}

function listing(use: PluginUse, images: Hashes): PlannedWork {
  const cached = images.filter((hash) => hash !== undefined).length;
  return { ...UNKNOWN, stage: 'dataset', label: use.use, total: images.length, cached };
}

function planEmbed(planner: Planner, spec: ExperimentSpec, images: Hashes): Promise<PlannedWork[]> {
  return Promise.all((spec.embed?.models ?? []).map((model) => planModel(planner, model, images)));
}

async function planModel(planner: Planner, model: NamedUse, images: Hashes): Promise<PlannedWork> {
  const key = await embeddingsKey(planner, model);
  const store = await EmbeddingStore.look(planner.cache.of('embeddings', key));
  const cached = images.filter((hash) => hash !== undefined && store.locate(hash)).length;
  const dimension = store.dimension ?? factsOf(planner, 'model', model).dimension;
  const cost = costOf(images.length - cached, dimension, planner.rates.get(embedRate(key)));
  return { stage: 'embed', label: model.name, total: images.length, cached, ...cost };
}

function costOf(missing: number, dimension: number | undefined, rate: MeasuredRate | undefined) {
  const bytes = dimension === undefined ? null : missing * dimension * Float32Array.BYTES_PER_ELEMENT;
  return {
    seconds: missing === 0 ? 0 : rate ? missing / rate.perSecond : null,
    diskMb: bytes === null ? null : bytes / 2 ** 20,
    memoryMb: missing === 0 ? 0 : (rate?.peakRssMb ?? null),
  };
}
