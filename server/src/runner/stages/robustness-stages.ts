import { itemsAt } from '../../protocol/item-at.js';
import { embeddersOf, judgeOf } from '../../stages/parts/judge.js';
import type { CountermeasureUse, PerturbationUse } from '../../stages/spec.js';
import type { StageWorks } from '../progress/stage-clock.js';
import { embeddingsOf, type Findings, required } from '../results/findings.js';
import { measureStrangers } from './measuring/measure-strangers.js';
import { genuineOfQueries, measureThresholds } from './measuring/measure-thresholds.js';
import { measureTransfer } from './measuring/measure-transfer.js';
import { type CounteredVersion, type CounterSource, counter, counterGallery, prepare } from './perturbing/counter.js';
import { splitGallery } from './perturbing/gallery-split.js';
import { type PerturbedVersion, poison } from './perturbing/poison.js';
import { madeVersion, originalVersion, type QueryVersion } from './query-version.js';
import { measureRobustness } from './retrieval/measure-robustness.js';
import { retrieveResult } from './retrieval/retrieve.js';
import { runRetrieval } from './retrieval/run-retrieval.js';

/** Whether perturbed photographs still find their person (paper §2.2). */
export const robustnessStages: StageWorks<
  'threshold' | 'poison' | 'countermeasures' | 'transfer' | 'retrieve' | 'robustness'
> = {
  async threshold(context, spec, findings) {
    const threshold = required(spec.threshold);
    const embeddings = embeddingsOf(findings, threshold.model);
    const [set, queries] = [required(findings.images), required(findings.queries)];
    const from = { set, queries, seed: spec.queries.seed, embeddings };
    const thresholds = await measureThresholds(context, threshold, from);
    const strangers = await measureStrangers(context, { set, queries, thresholds, embeddings });
    findings.genuine = await genuineOfQueries(threshold.unit, from);
    findings.thresholds = thresholds;
    findings.strangers = strangers;
    findings.blocks.threshold = { ...thresholds.result, strangers: strangers.result };
    return { value: undefined, cached: thresholds.cached && strangers.cached };
  },

  async poison(context, spec, findings) {
    const [images, queries] = [required(findings.images), required(findings.queries)];
    const judge = findings.embeddings?.find(({ model }) => model.name === judgeOf(spec));
    const uses = required(spec.poison);
    const made = new Map<string, PerturbedVersion>();
    findings.perturbed = [];
    for (const use of uses.toSorted((a, b) => likenessOf(a, uses) - likenessOf(b, uses))) {
      const usable = judge?.embedded ?? [...images.images.keys()];
      const split = use.target === 'gallery' ? splitGallery(images, usable, use) : undefined;
      const positions = split?.protected ?? queries;
      const models = embeddersOf(spec, use.target);
      const from = { images, positions, judge, models, split, others: findings.perturbed };
      made.set(use.name, await poison(context, use, from));
      findings.perturbed = uses.flatMap(({ name }) => made.get(name) ?? []);
      findings.blocks.poison = findings.perturbed.map(({ result }) => result);
      context.partDone();
    }
    const { perturbed } = findings;
    return { value: undefined, cached: perturbed.every(({ cached }) => cached), shardsComputed: shardsOf(perturbed) };
  },

  async countermeasures(context, spec, findings) {
    const [images, queries] = [required(findings.images), required(findings.queries)];
    const before = embeddingsOf(findings, required(judgeOf(spec)));
    const original = { images: itemsAt(images.images, queries), positions: queries };
    const perturbedBy = ({ target }: CountermeasureUse) =>
      (findings.perturbed ?? []).filter((version) => version.use.target === target);
    const sourcesOf = (use: CountermeasureUse): CounterSource[] => [
      original,
      ...perturbedBy(use).map(({ set, positions, use: perturbation }) => ({
        perturbation,
        images: set.images,
        positions,
      })),
    ];
    const fromOf = (use: CountermeasureUse) => ({
      originals: images,
      before,
      models: embeddersOf(spec, use.target),
    });
    const ofQueries = required(spec.countermeasures).filter(({ target }) => target === 'query');
    const all = ofQueries.flatMap((use) => sourcesOf(use).map((source) => ({ use, source })));
    const prepared = await prepare(context, all, embeddersOf(spec, 'query'));
    const countered: CounteredVersion[] = [];
    for (const use of required(spec.countermeasures)) {
      if (use.target === 'query') {
        for (const source of sourcesOf(use)) countered.push(await counter(context, use, source, fromOf(use)));
      } else {
        for (const version of perturbedBy(use)) {
          countered.push(await counterGallery(context, use, version, fromOf(use)));
        }
      }
      findings.countered = [...countered];
      findings.blocks.countermeasures = countered.map(({ result }) => result);
      context.partDone();
    }
    const cached = prepared.cached && countered.every((version) => version.cached);
    return { value: undefined, cached, shardsComputed: prepared.shardsComputed + shardsOf(countered) };
  },

  transfer: measureTransfer,

  async retrieve(context, spec, findings) {
    const retrieve = required(spec.retrieve);
    findings.retrieved = await runRetrieval(context, retrieve, {
      images: required(findings.images),
      gallery: spec.gallery,
      model: embeddingsOf(findings, retrieve.model).model,
      index: spec.index,
      indexed: findings.indexes?.find(({ embeddings }) => embeddings.model.name === retrieve.model),
      versions: versionsOf(findings, retrieve.model),
    });
    findings.blocks.retrieve = retrieveResult(findings.retrieved);
    return { value: undefined, cached: findings.retrieved.cached };
  },

  async robustness(context, spec, findings) {
    findings.robustness = await measureRobustness(context, required(spec.robustness), {
      set: required(findings.images),
      queries: required(findings.queries),
      thresholds: required(findings.thresholds),
      retrieved: required(findings.retrieved),
      originals: embeddingsOf(findings, required(spec.threshold).model),
      perturbed: findings.perturbed ?? [],
      countered: findings.countered ?? [],
      engine: embeddingsOf(findings, required(spec.retrieve).model).model,
    });
    findings.blocks.robustness = findings.robustness.result;
    return { value: undefined, cached: findings.robustness.cached };
  },
};

/** How many perturbations must have been made before this one. */
function likenessOf({ like }: PerturbationUse, uses: readonly PerturbationUse[]): number {
  const other = uses.find(({ name }) => name === like);
  return other ? 1 + likenessOf(other, uses) : 0;
}

function shardsOf(versions: readonly Pick<PerturbedVersion, 'shardsComputed'>[]): number {
  return versions.reduce((sum, version) => sum + version.shardsComputed, 0);
}

/** The queries as they are, as each perturbation of queries left them, and each of these behind each countermeasure. */
function versionsOf(findings: Findings, model: string): QueryVersion[] {
  const original = originalVersion(
    required(findings.images),
    required(findings.queries),
    embeddingsOf(findings, model),
  );
  const made = [...(findings.perturbed ?? []), ...(findings.countered ?? [])];
  return [original, ...made.filter(({ use }) => use.target === 'query').map((version) => madeVersion(version, model))];
}
