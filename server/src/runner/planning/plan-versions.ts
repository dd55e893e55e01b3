import { readdir } from 'node:fs/promises';
import type { PlannedWork } from '../../protocol/runs/planned-work.js';
import { embeddersOf } from '../../stages/parts/judge.js';
import type { CountermeasureUse, ExperimentSpec, PerturbationUse } from '../../stages/spec.js';
import { PerturbedStore } from '../../store/cache/perturbed.js';
import { embeddingsKey, pluginKey } from '../model-key.js';
import { drawIndices } from '../random.js';
import { fittedName, fittedStore } from '../stages/perturbing/fit-to-budgets.js';
import { embedRate, type MeasuredRate, perturbRate, transferRate } from './measured-rates.js';
import type { Planner } from './planner.js';
import type { PlannedImage } from './shared-work.js';

type Images = readonly PlannedImage[];
type VersionPlanner = Pick<Planner, 'plugins' | 'cache' | 'files' | 'rates' | 'device' | 'shared' | 'look'>;

/** The queries as they are, or as a perturbation leaves them. */
interface PlannedVersion {
  readonly images: Images;
  /** False where some may be kept that only the loaded plugin finds. */
  readonly isKnown: boolean;
}

/** What a stage would do with versions of the queries, and cost: what each perturbation, countermeasure and judge takes. */
export interface VersionsPlan {
  readonly poison: readonly PlannedWork[];
  readonly countermeasures: readonly PlannedWork[];
  readonly transfer: readonly PlannedWork[];
}

/** What perturbing the queries, putting each version of them through countermeasures and judging them would do and cost. */
export async function planVersions(
  planner: VersionPlanner,
  spec: ExperimentSpec,
  images: Images,
): Promise<VersionsPlan> {
  const { poison = [], countermeasures = [], queries } = spec;
  const positions = drawIndices(images.length, queries.sample ?? images.length, queries.seed);
  const queried = positions.flatMap((position) => images[position] ?? []);
  const versions: PlannedVersion[] = [{ images: queried, isKnown: true }];
  const planned: PlannedWork[] = [];
  for (const use of poison) {
    const { work, version } = await planPerturbation(planner, spec, use, queried);
    planned.push(work);
    if (version) versions.push(version);
  }
  const countered: PlannedWork[] = [];
  for (const use of countermeasures) countered.push(await planCountermeasure(planner, spec, use, versions));
  const behind = countermeasures.filter(({ target }) => target === 'query').length;
  const judged = versions.reduce((sum, version) => sum + version.images.length, 0) * (1 + behind);
  return { poison: planned, countermeasures: countered, transfer: await planTransfer(planner, spec, judged) };
}

const UNKNOWN = { total: null, cached: null, seconds: null, diskMb: null, memoryMb: null };

async function planPerturbation(
  planner: VersionPlanner,
  spec: ExperimentSpec,
  use: PerturbationUse,
  queried: Images,
): Promise<{ work: PlannedWork; version?: PlannedVersion }> {
  const named = { stage: 'poison', label: use.name } as const;
  // Whose photographs of a gallery are perturbed depends on the faces that are found in it.
  if (use.target === 'gallery') return { work: { ...named, ...UNKNOWN } };
  const key = await pluginKey(planner, 'perturbation', use);
  const { left, ...made } = await outcomesOf(planner.cache.of('perturbed', key), key, queried);
  if (left === null) {
    const work = { ...named, ...UNKNOWN, total: queried.length };
    return { work, version: { images: queried.map(madeOf(key)), isKnown: false } };
  }
  const missing = planner.shared.claim(key, left);
  const version = made.isKnown ? await fitted(planner, use, made.images) : made;
  const embedding = version.isKnown ? await planEmbedding(planner, spec, version.images) : [];
  const cost = costOf([[missing, planner.rates.get(perturbRate(key))], ...embedding]);
  return { work: { ...named, total: queried.length, cached: queried.length - missing, ...cost }, version };
}

/** A photograph that is not made yet: nothing that is made of it is kept. */
function madeOf(key: string) {
  return ({ token }: PlannedImage): PlannedImage => ({ token: `${key} ${token}` });
}

/** Of more photographs a plan looks into no record: it would take longer than the plan is worth. */
const MOST_RECORDS = 20_000;

/**
 * What was made of photographs and what is left; null where outcomes are kept by more than a photograph's content. What
 * each has become is not known of very many.
 */
async function outcomesOf(
  folder: string,
  key: string,
  images: Images,
): Promise<PlannedVersion & { left: Images | null }> {
  const kept = new Set((await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')));
  const left = images.filter(({ hash }) => !kept.has(`${hash}.json`));
  if (left.length === images.length)
    return { images: images.map(madeOf(key)), isKnown: true, left: kept.size > 0 ? null : left };
  if (images.length > MOST_RECORDS) return { images: images.map(madeOf(key)), isKnown: false, left };
  const store = new PerturbedStore(folder);
  const made: PlannedImage[] = [];
  const broken: PlannedImage[] = [];
  for (const image of images) {
    const { hash } = image;
    const isKept = hash !== undefined && kept.has(`${hash}.json`);
    const outcome = isKept ? await store.look(hash) : undefined;
    if (isKept && !outcome) broken.push(image);
    if (outcome?.kind === 'perturbed') made.push({ hash: outcome.hash, token: outcome.hash, original: hash });
    if (!outcome) made.push(madeOf(key)(image));
  }
  return { images: made, isKnown: true, left: [...left, ...broken] };
}

/** The photographs as visible as they are to be; by which DSSIM another perturbation's are is not looked up. */
async function fitted(planner: VersionPlanner, use: PerturbationUse, images: Images): Promise<PlannedVersion> {
  const { budget, like } = use;
  if (!budget) return { images, isKnown: like === undefined || images.every(({ hash }) => hash === undefined) };
  const store = fittedStore(planner);
  const each: PlannedImage[] = [];
  for (const { hash, token, original } of images) {
    const outcome = hash && original ? await store.look(fittedName(original, hash, budget)) : undefined;
    const isFitted = outcome?.kind === 'perturbed';
    each.push(isFitted ? { hash: outcome.hash, token: outcome.hash } : { token: `${JSON.stringify(budget)} ${token}` });
  }
  return { images: each, isKnown: true };
}

/** What goes through a countermeasure, and is then embedded by each model that is asked about it. */
async function planCountermeasure(
  planner: VersionPlanner,
  spec: ExperimentSpec,
  use: CountermeasureUse,
  versions: readonly PlannedVersion[],
): Promise<PlannedWork> {
  const named = { stage: 'countermeasures', label: use.name } as const;
  if (use.target === 'gallery') return { ...named, ...UNKNOWN };
  const sources = versions.flatMap(({ images }) => images);
  const key = await pluginKey(planner, 'countermeasure', use);
  const { images, left, isKnown } = await outcomesOf(planner.cache.of('perturbed', key), key, sources);
  if (left === null || !isKnown || versions.some((version) => !version.isKnown)) {
    return { ...named, ...UNKNOWN, total: sources.length };
  }
  const missing = planner.shared.claim(key, left);
  const embedding = await planEmbedding(planner, spec, images);
  const cost = costOf([[missing, planner.rates.get(perturbRate(key))], ...embedding]);
  const mostMissing = Math.max(missing, ...embedding.map(([one]) => one));
  return { ...named, total: sources.length, cached: sources.length - mostMissing, ...cost };
}

/** How many of a version's photographs each model that is asked about it has not embedded, and how fast it was. */
function planEmbedding(planner: VersionPlanner, spec: ExperimentSpec, images: Images): Promise<Due[]> {
  const embeddings = embeddersOf(spec, 'query').map(async (model): Promise<Due> => {
    const key = await embeddingsKey(planner, model);
    const store = await planner.look(key);
    const left = images.filter(({ hash }) => hash === undefined || !store.locate(hash));
    return [planner.shared.claim(key, left), planner.rates.get(embedRate(key))];
  });
  return Promise.all(embeddings);
}

/** What each judge is asked; whether its verdicts are in the cache depends on where the faces are, which no plan knows. */
async function planTransfer(
  planner: VersionPlanner,
  { transfer, embed }: ExperimentSpec,
  judged: number,
): Promise<PlannedWork[]> {
  const judges = (embed?.models ?? []).filter(({ name }) => transfer?.judges.includes(name));
  return Promise.all(
    judges.map(async (judge) => {
      const rate = planner.rates.get(transferRate(await embeddingsKey(planner, judge)));
      return { stage: 'transfer', label: judge.name, ...UNKNOWN, total: judged, ...costOf([[judged, rate]]) };
    }),
  );
}

/** Work that is not in the cache, and how fast it was the last time. */
type Due = readonly [missing: number, rate: MeasuredRate | undefined];

/** Of several kinds of work; null where one of them was never measured. */
function costOf(works: readonly Due[]) {
  const due = works.filter(([missing]) => missing > 0);
  const isMeasured = due.every(([, rate]) => rate !== undefined);
  return {
    seconds: isMeasured ? due.reduce((sum, [missing, rate]) => sum + missing / (rate?.perSecond ?? 1), 0) : null,
    diskMb: null,
    memoryMb: isMeasured ? Math.max(0, ...due.map(([, rate]) => rate?.peakRssMb ?? 0)) : null,
  };
}
