import { judgeOf } from '../spec/judge.js';
import { STAGES, type StageName } from '../spec/stage-names.js';
import type { ExperimentSpec } from '../spec/types.js';
import type { RunContext } from './context.js';
import { nameSkipped } from './image-counts.js';
import { drawIndices } from './random.js';
import type { StageClock, StageOutcome } from './stage-clock.js';
import { buildIndex, type ModelIndex } from './stages/build-index.js';
import { embedImages, type ModelEmbeddings } from './stages/embed-images.js';
import { type ImageSet, listImages } from './stages/list-images.js';
import { type ModelAccuracy, measureAccuracy } from './stages/measure-accuracy.js';
import { measureThresholds, type Thresholds } from './stages/measure-thresholds.js';
import { type PerturbedVersion, poison } from './stages/poison.js';

/** What the stages of a run have found so far; a part is absent until its stage is done. */
export interface Findings {
  images?: ImageSet;
  /** Positions of the queried images, ascending. */
  queries?: readonly number[];
  embeddings?: readonly ModelEmbeddings[];
  indexes?: readonly ModelIndex[];
  accuracy?: readonly ModelAccuracy[];
  thresholds?: Thresholds;
  /** Those that are finished, in the order of the file. */
  perturbed?: readonly PerturbedVersion[];
}

/** Stages whose key the file has, that this version cannot run. */
export const UNAVAILABLE: ReadonlySet<StageName> = new Set(['retrieve', 'robustness']);

/** The stages of an experiment, in order: one exists when its key does. */
export function stagesOf(spec: ExperimentSpec): StageName[] {
  return STAGES.filter((stage) => spec[stage] !== undefined);
}

/** Runs the stages up to and with `last`, or all; `findings` holds what is done, however it ends. */
export async function runStages(
  context: RunContext,
  spec: ExperimentSpec,
  clock: StageClock,
  findings: Findings,
  last?: string,
): Promise<void> {
  for (const stage of stagesOf(spec)) {
    context.signal.throwIfAborted();
    const work = RUNNABLE[stage];
    if (work) await clock.time(stage, () => work(context, spec, findings));
    if (stage === last) return;
  }
}

type StageWork = (context: RunContext, spec: ExperimentSpec, findings: Findings) => Promise<StageOutcome<unknown>>;

const RUNNABLE: Partial<Record<StageName, StageWork>> = {
  async dataset(context, spec, findings) {
    findings.images = await listImages(context, spec.dataset);
    findings.queries = selectQueries(spec, findings.images);
    return { value: undefined, cached: false };
  },

  async embed(context, spec, findings) {
    const all: ModelEmbeddings[] = [];
    for (const model of spec.embed?.models ?? []) {
      all.push(await embedImages(context, required(findings.images), model));
    }
    findings.embeddings = all;
    nameSkipped(context, required(findings.images), all);
    const shardsComputed = all.reduce((sum, { work }) => sum + work.length, 0);
    return { value: undefined, cached: shardsComputed === 0, shardsComputed };
  },

  async index(context, spec, findings) {
    const all: ModelIndex[] = [];
    for (const embeddings of required(findings.embeddings)) {
      all.push(await buildIndex(context, required(spec.index), required(findings.images), embeddings));
    }
    findings.indexes = all;
    return { value: undefined, cached: all.every(({ cached }) => cached) };
  },

  async accuracy(context, spec, findings) {
    const all: ModelAccuracy[] = [];
    const { top } = required(spec.accuracy);
    for (const index of required(findings.indexes)) {
      const queries = required(findings.queries);
      all.push(await measureAccuracy(context, required(findings.images), index, queries, top));
    }
    findings.accuracy = all;
    return { value: undefined, cached: all.every(({ found }) => found.cached) };
  },

  async threshold(context, spec, findings) {
    const threshold = required(spec.threshold);
    const embeddings = embeddingsOf(findings, threshold.model);
    findings.thresholds = await measureThresholds(context, threshold, required(findings.images), embeddings);
    return { value: undefined, cached: findings.thresholds.cached };
  },

  async poison(context, spec, findings) {
    const [images, positions] = [required(findings.images), required(findings.queries)];
    const judge = findings.embeddings?.find(({ model }) => model.name === judgeOf(spec));
    const models = judge ? [judge.model] : [];
    findings.perturbed = [];
    for (const use of required(spec.poison)) {
      const version = await poison(context, use, { images, positions, judge, models });
      findings.perturbed = [...findings.perturbed, version];
    }
    return {
      value: undefined,
      cached: findings.perturbed.every(({ cached }) => cached),
      shardsComputed: findings.perturbed.reduce((sum, version) => sum + version.shardsComputed, 0),
    };
  },
};

function embeddingsOf({ embeddings }: Findings, name: string): ModelEmbeddings {
  return required(embeddings?.find(({ model }) => model.name === name));
}

function selectQueries({ queries }: ExperimentSpec, { images }: ImageSet): number[] {
  return drawIndices(images.length, queries.sample ?? images.length, queries.seed);
}

function required<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('A stage ran before the one it needs');
  return part;
}
