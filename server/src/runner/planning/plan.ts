import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ImageEntry, Plugin } from '../../plugins/declare.js';
import type { Device } from '../../protocol/choices.js';
import { ok, type Result } from '../../protocol/errors.js';
import { isImageName } from '../../protocol/images/image-endings.js';
import type { PlannedWork } from '../../protocol/runs/planned-work.js';
import type { ExperimentSpec, NamedUse, PluginUse } from '../../stages/spec.js';
import { FileTable } from '../../store/cache/file-table.js';
import { EmbeddingStore } from '../../store/cache/shards.js';
import { CacheFolders } from '../../store/home.js';
import { loadPlugin } from '../context.js';
import { problemOf } from '../halt.js';
import { embeddingsKey, pluginKey } from '../model-key.js';
import { sortedById } from '../stages/list-images.js';
import { stagesOf } from '../stages/run-stages.js';
import { embedRate, type MeasuredRate, MeasuredRates } from './measured-rates.js';
import { planVerification } from './plan-verification.js';
import { planVersions, type VersionsPlan } from './plan-versions.js';
import { factsOf, type Planner } from './planner.js';
import { type PlannedImage, SharedWork } from './shared-work.js';

type Images = readonly PlannedImage[];
type Listed = Pick<ImageEntry, 'id' | 'file'> & Partial<Pick<ImageEntry, 'identity'>>;

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
  const planned = await planRuns([spec], plugins, home, device);
  return planned.ok ? ok(planned.value[0] ?? []) : planned;
}

/** The same of experiments that run one after the other: what one has computed is cached for those after it. */
export async function planRuns(
  specs: readonly ExperimentSpec[],
  plugins: readonly Plugin[],
  home: string,
  device: Device,
): Promise<Result<PlannedWork[][]>> {
  const cache = new CacheFolders(home);
  const files = await FileTable.open(cache.of('files.jsonl'), { readOnly: true });
  const rates = await MeasuredRates.open(cache.of('rates.json'), { readOnly: true });
  try {
    const look = once((key: string) => EmbeddingStore.look(cache.of('embeddings', key)));
    const planner = { plugins, cache, files, rates, threads: 1, device, shared: new SharedWork(), look };
    const planned: PlannedWork[][] = [];
    for (const spec of specs) planned.push(await planStages(planner, spec));
    return ok(planned);
  } catch (error) {
    const problem = problemOf(error);
    if (!problem) throw error;
    return { ok: false, problem };
  }
}

/** What several experiments would do and cost together; where a part of it is not known, the whole is not. */
export function together(plans: readonly (readonly PlannedWork[])[]): PlannedWork[] {
  const works = new Map<string, PlannedWork[]>();
  for (const work of plans.flat()) {
    const key = JSON.stringify([work.stage, work.label]);
    works.set(key, [...(works.get(key) ?? []), work]);
  }
  return [...works.values()].map((parts) => {
    const sum = (key: 'total' | 'cached' | 'seconds' | 'diskMb') =>
      parts.reduce<number | null>((all, part) => (all === null || part[key] === null ? null : all + part[key]), 0);
    const memories = parts.map(({ memoryMb }) => memoryMb);
    const memoryMb = memories.includes(null) ? null : Math.max(...(memories as number[]));
    const { stage, label, unit } = parts[0] as PlannedWork;
    const sums = { total: sum('total'), cached: sum('cached'), seconds: sum('seconds'), diskMb: sum('diskMb') };
    return { stage, label, unit, ...sums, memoryMb };
  });
}

async function planStages(planner: Planner, spec: ExperimentSpec): Promise<PlannedWork[]> {
  const images = await knownImages(planner, spec.dataset);
  const planned: PlannedWork[] = [];
  let versions: VersionsPlan | undefined;
  for (const stage of stagesOf(spec)) {
    if (stage === 'dataset') planned.push(listing(planner, spec.dataset, images));
    else if (stage === 'embed') planned.push(...(await planEmbed(planner, spec, images)));
    else if (stage === 'verification') planned.push(...(await planVerification(planner, spec, images)));
    else if (stage === 'poison' || stage === 'countermeasures' || stage === 'transfer') {
      versions ??= await planVersions(planner, spec, images);
      planned.push(...versions[stage]);
    } else planned.push({ ...UNKNOWN, stage, label: '' });
  }
  return planned;
}

function once<T>(find: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const found = new Map<string, Promise<T>>();
  return (key) => {
    const known = found.get(key) ?? find(key);
    found.set(key, known);
    return known;
  };
}

const UNKNOWN = { total: null, cached: null, seconds: null, diskMb: null, memoryMb: null };

/** The images that are there, or as many unknown ones as the data set says it will draw. */
async function knownImages(planner: Planner, use: PluginUse): Promise<Images> {
  const { images, imagesPerIdentity = 1 } = factsOf(planner, 'dataset', use);
  const personOf = (n: number) => `person ${Math.floor(n / imagesPerIdentity)}`;
  const key = await pluginKey(planner, 'dataset', use);
  const folder = planner.cache.of('datasets', key);
  if (images !== undefined) {
    const drawn = await drawnImages(folder);
    if (drawn.length === images) return hashed(planner, drawn).map((image, n) => ({ ...image, person: personOf(n) }));
    return Array.from({ length: images }, (_, n) => ({ token: `${key} ${n}`, person: personOf(n) }));
  }
  const dataset = await loadPlugin(planner, 'dataset', use);
  const listing = await dataset.list({ folder, signal: new AbortController().signal, progress: () => undefined });
  return listing.ok ? hashed(planner, listing.value.images) : [];
}

/** What is in the folder of a data set that draws its own images: it is not asked, since it draws what is missing. */
async function drawnImages(folder: string): Promise<Listed[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && isImageName(entry.name));
  return files.map(({ parentPath, name }) => {
    const file = join(parentPath, name);
    return { id: relative(folder, file).replaceAll(sep, '/'), file };
  });
}

function hashed({ files }: Planner, images: readonly Listed[]): Images {
  return sortedById(images).map(({ file, identity }) => {
    const hash = files.known(file);
    return { hash, token: hash ?? file, identity };
  });
}

function listing({ shared }: Planner, use: PluginUse, images: Images): PlannedWork {
  const missing = images.filter(({ hash }) => hash === undefined);
  const cached = images.length - shared.claim('dataset', missing);
  return { ...UNKNOWN, stage: 'dataset', label: use.use, total: images.length, cached };
}

function planEmbed(planner: Planner, spec: ExperimentSpec, images: Images): Promise<PlannedWork[]> {
  return Promise.all((spec.embed?.models ?? []).map((model) => planModel(planner, model, images)));
}

async function planModel(planner: Planner, model: NamedUse, images: Images): Promise<PlannedWork> {
  const key = await embeddingsKey(planner, model);
  const store = await planner.look(key);
  const missing = images.filter(({ hash }) => hash === undefined || !store.locate(hash));
  const cached = images.length - planner.shared.claim(key, missing);
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
