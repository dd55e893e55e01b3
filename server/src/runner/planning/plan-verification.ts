import { readFile } from 'node:fs/promises';
import type { PlannedWork } from '../../protocol/runs/planned-work.js';
import type { ExperimentSpec, NamedUse, VerificationSpec } from '../../stages/spec.js';
import { areCached } from '../../store/cache/cached-facts.js';
import { parsePairs } from '../figures/pairs-file.js';
import { embeddingsKey } from '../model-key.js';
import { verificationFrom, waysOf } from '../stages/measuring/measure-verification.js';
import { countPairs, photographsOf } from '../stages/measuring/verification-pairs.js';
import { pairsRate } from './measured-rates.js';
import { factsOf, type Planner } from './planner.js';
import type { PlannedImage } from './shared-work.js';

type Images = readonly PlannedImage[];

interface Counted {
  readonly genuine: number;
  readonly impostor: number;
}

/** How many pairs verification would compare by each model, and what that costs at the rate measured here. */
export async function planVerification(planner: Planner, spec: ExperimentSpec, images: Images): Promise<PlannedWork[]> {
  const { verification, embed } = spec;
  if (!verification) return [];
  const counted = await pairsOf(verification.pairs, images);
  return Promise.all((embed?.models ?? []).map((model) => planModel(planner, verification, model, images, counted)));
}

async function planModel(
  planner: Planner,
  asked: VerificationSpec,
  model: NamedUse,
  images: Images,
  counted: Counted | undefined,
): Promise<PlannedWork> {
  const named = { stage: 'verification', label: model.name, unit: 'pair', diskMb: null } as const;
  const unknown = { total: null, cached: null, seconds: null, memoryMb: null };
  if (!counted) return { ...named, ...unknown };
  const key = await embeddingsKey(planner, model);
  const store = await planner.look(key);
  const total = counted.genuine + counted.impostor;
  const isCached = await isMeasured(planner, asked, key, images, store);
  if (isCached) return { ...named, total, cached: total, seconds: 0, memoryMb: 0 };
  const dimension = store.dimension ?? factsOf(planner, 'model', model).dimension;
  const rate = dimension && planner.rates.get(pairsRate(waysOf(asked.pairs, counted.impostor), dimension));
  return {
    ...named,
    total,
    cached: isCached === undefined ? null : 0,
    seconds: rate ? total / rate.perSecond : null,
    memoryMb: rate ? rate.peakRssMb : null,
  };
}

/** Whether the figures of a model are in the cache; undefined where whose the images are is known to the loaded data set alone. */
async function isMeasured(
  planner: Planner,
  asked: VerificationSpec,
  key: string,
  images: Images,
  store: Awaited<ReturnType<Planner['look']>>,
): Promise<boolean | undefined> {
  if (typeof asked.pairs === 'object' && 'file' in asked.pairs) return undefined;
  const located = images.map(({ hash }) => (hash === undefined ? undefined : store.locate(hash)));
  if (located.includes(undefined)) return false;
  const listed = images.flatMap(({ hash, identity }) =>
    hash === undefined || identity === undefined ? [] : { hash, identity },
  );
  if (listed.length < images.length) return undefined;
  const embedded = located.flatMap((location, position) => (location?.kind === 'vector' ? position : []));
  return areCached(planner, 'verification', verificationFrom(asked, listed, { key, embedded }));
}

/** Of photographs by their content, where that is known; undefined where nobody can say. */
async function pairsOf(pairs: VerificationSpec['pairs'], images: Images): Promise<Counted | undefined> {
  if (typeof pairs === 'object' && 'file' in pairs) return pairsOfFile(pairs.file);
  const known = images.flatMap(({ hash, token, identity, person }) => {
    const whose = identity === undefined ? person : identity;
    return whose === undefined ? [] : { hash: hash ?? token, identity: whose };
  });
  if (known.length < images.length) return undefined;
  const photographs = photographsOf(known, new Map());
  const most = pairs === 'all' ? Number.POSITIVE_INFINITY : pairs.sample;
  return {
    genuine: Math.min(most, countPairs(photographs, 'genuine')),
    impostor: Math.min(most, countPairs(photographs, 'impostor')),
  };
}

async function pairsOfFile(file: string): Promise<Counted | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const parsed = text === undefined ? undefined : parsePairs(text, file);
  if (!parsed?.ok) return undefined;
  const genuine = parsed.value.pairs.filter(({ same }) => same).length;
  return { genuine, impostor: parsed.value.pairs.length - genuine };
}
