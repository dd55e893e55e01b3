import { itemAt, itemsAt } from '../../../protocol/item-at.js';
import type { WhiteBox } from '../../../protocol/results/figure.js';
import type { NamedUse, RobustnessSpec } from '../../../stages/spec.js';
import { cachedFacts } from '../../../store/cache/cached-facts.js';
import { keyOf } from '../../../store/files.js';
import { type RunContext, workContext } from '../../context.js';
import { type JudgedQuery, type RobustnessResult, robustnessOf } from '../../figures/robustness.js';
import { whiteBoxOf } from '../../results/white-box.js';
import { embedImages, type ModelEmbeddings } from '../embed-images.js';
import type { CounteredVersion } from '../perturbing/counter.js';
import type { PerturbedVersion } from '../perturbing/poison.js';
import { type FoundEmbeddings, foundPlaces, type JudgingSources, judgeResults } from './judge-results.js';
import type { RetrievedVersion } from './retrieve.js';
import { measureTrackers } from './track.js';

export interface RobustnessSources extends Omit<JudgingSources, 'results' | 'faces'> {
  readonly perturbed: readonly PerturbedVersion[];
  /** Versions behind a countermeasure: a perturbation’s, or the originals. */
  readonly countered: readonly CounteredVersion[];
  /** The engine's model. */
  readonly engine: NamedUse;
}

/** Who is still found, with what it was counted from. */
export interface Robustness {
  readonly result: RobustnessResult;
  /** One for each query, in their order. */
  readonly judged: readonly JudgedQuery[];
  /** What any search found, by the judging model. */
  readonly found: FoundEmbeddings;
  readonly cached: boolean;
}

/** Embeds what was retrieved with the judging model and counts who is still found (paper §2.2). */
export async function measureRobustness(
  context: RunContext,
  spec: RobustnessSpec,
  from: RobustnessSources,
): Promise<Robustness> {
  const results = await embedFound(context, from);
  const judging = { ...from, results, faces: facesOf(from) };
  const { value, cached } = await cachedFacts(context, 'validity', keysOf(judging), () =>
    judgeResults(judging, checkpoints(context, from)),
  );
  const names = from.retrieved.versions.slice(1).map(({ version }) => version.name);
  const made = from.perturbed.flatMap(({ name, set, use }) =>
    use.target === 'query' && set.images.length > 0 ? name : [],
  );
  const plain = await withWhiteBox(context, robustnessOf(value, names, spec.minValid, made), from);
  const trackers = await measureTrackers(context, spec, judging, value, plain);
  const result = trackers ? { ...plain, trackers } : plain;
  return { result, judged: value, found: results, cached: cached && results.embeddings.work.length === 0 };
}

/** Tells how far the control is, and lets a run be cancelled: it is as much work as there are pairs of queries and results. */
function checkpoints(context: RunContext, { queries }: RobustnessSources) {
  const { signal, progress } = workContext(context, 'robustness', 'control');
  return async (done: number) => {
    await new Promise(setImmediate);
    signal.throwIfAborted();
    progress(done + 1, queries.length);
  };
}

/** Only what was found needs to be judged: a gallery may be large. */
async function embedFound(context: RunContext, { retrieved, originals }: RobustnessSources): Promise<FoundEmbeddings> {
  const places = foundPlaces(retrieved);
  const images = itemsAt(retrieved.searched.images, places);
  const label = { stage: 'robustness', label: `results, ${originals.model.name}` };
  return { places, embeddings: await embedImages(context, { images }, originals.model, label) };
}

/** A photograph that was perturbed and embedded has a face, as far as the judging model needs one. */
function facesOf({ perturbed, countered, originals }: RobustnessSources): Map<string, ReadonlySet<number>> {
  return new Map(
    [...perturbed, ...countered].map(({ name, positions, embeddings }) => [
      name,
      facesIn(positions, embeddings, originals),
    ]),
  );
}

function facesIn(positions: readonly number[], embeddings: readonly ModelEmbeddings[], { key }: ModelEmbeddings) {
  const judged = embeddings.find((candidate) => candidate.key === key);
  return new Set(itemsAt(positions, judged?.embedded ?? []));
}

/** Everything that decides what is valid; how many valid results a query needs is asked later. */
function keysOf({ set, queries, thresholds, retrieved, originals, faces }: JudgingSources) {
  const { searched, versions } = retrieved;
  return {
    model: originals.key,
    kept: 'validAt, distances, nearest, identity, control of all',
    unit: thresholds.spec.unit,
    queries: keyOf(queries.map((position) => [itemAt(set.images, position), thresholds.of.get(position) ?? null])),
    searched: keyOf(foundPlaces(retrieved).map((place) => [place, itemAt(searched.images, place)])),
    versions: versions.map(foundKey),
    faces: keyOf([...faces].map(([name, positions]) => [name, [...positions]])),
  };
}

function foundKey({ version, found }: RetrievedVersion): string {
  return keyOf([version.name, version.positions, [...found.ids]]);
}

async function withWhiteBox(
  context: RunContext,
  result: RobustnessResult,
  from: RobustnessSources,
): Promise<RobustnessResult> {
  const made = [
    ...from.perturbed.map(({ name, use }) => ({ name, perturbation: use })),
    ...from.countered.flatMap(({ name, perturbation }) => (perturbation ? { name, perturbation } : [])),
  ];
  const boxes = new Map<string, WhiteBox>();
  for (const { name, perturbation } of made) boxes.set(name, await whiteBoxOf(context, perturbation, from.engine));
  const withValid = Object.entries(result.withValid).map(([name, found]) => [
    name,
    { ...found, whiteBox: boxes.get(name) ?? false },
  ]);
  return { ...result, withValid: Object.fromEntries(withValid) };
}
