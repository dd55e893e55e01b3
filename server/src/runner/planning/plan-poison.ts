import { readdir } from 'node:fs/promises';
import type { PlannedWork } from '../../protocol/runs/planned-work.js';
import type { ExperimentSpec, PerturbationUse } from '../../stages/spec.js';
import type { RunContext } from '../context.js';
import { pluginKey } from '../model-key.js';
import { drawIndices } from '../random.js';
import { type MeasuredRates, perturbRate } from './measured-rates.js';
import type { PlannedImage, SharedWork } from './shared-work.js';

interface Planner extends Pick<RunContext, 'plugins' | 'cache' | 'files'> {
  readonly rates: MeasuredRates;
  readonly shared: SharedWork;
}

/** What perturbing the queries would do and cost, each perturbation by itself. */
export function planPoison(
  planner: Planner,
  { poison = [], queries }: ExperimentSpec,
  images: readonly PlannedImage[],
): Promise<PlannedWork[]> {
  const positions = drawIndices(images.length, queries.sample ?? images.length, queries.seed);
  const queried = positions.flatMap((position) => images[position] ?? []);
  return Promise.all(poison.map((use) => planPerturbation(planner, use, queried)));
}

async function planPerturbation(
  planner: Planner,
  use: PerturbationUse,
  queried: readonly PlannedImage[],
): Promise<PlannedWork> {
  const unknown = { total: null, cached: null, seconds: null, diskMb: null, memoryMb: null };
  const work = { stage: 'poison', label: use.name } as const;
  // Whose photographs of a gallery are perturbed depends on the faces that are found in it.
  if (use.target === 'gallery') return { ...work, ...unknown };
  const key = await pluginKey(planner, 'perturbation', use);
  const left = await notKept(planner.cache.of('perturbed', key), queried);
  if (left === null) return { ...work, ...unknown, total: queried.length };
  const missing = planner.shared.claim(key, left);
  const cached = queried.length - missing;
  const rate = planner.rates.get(perturbRate(key));
  const seconds = missing === 0 ? 0 : rate ? missing / rate.perSecond : null;
  const memoryMb = missing === 0 ? 0 : (rate?.peakRssMb ?? null);
  return { ...work, total: queried.length, cached, seconds, diskMb: null, memoryMb };
}

/** Null where outcomes are kept by more than a photograph's content, which only the loaded plugin knows. */
async function notKept(folder: string, images: readonly PlannedImage[]): Promise<PlannedImage[] | null> {
  const kept = new Set((await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')));
  const left = images.filter(({ hash }) => !kept.has(`${hash}.json`));
  return kept.size > 0 && left.length === images.length ? null : left;
}
