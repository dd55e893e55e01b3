import type { Problem } from '../../../protocol/errors.js';
import { itemAt, itemsAt } from '../../../protocol/item-at.js';
import type { Results } from '../../../protocol/results.js';
import type { NamedUse, PerturbationUse } from '../../../stages/spec.js';
import { countedRate } from '../../../statistics/identity-bootstrap.js';
import { meanOf, medianOf } from '../../../statistics/percentile.js';
import { rateOf } from '../../../statistics/proportion.js';
import { factsOf, type RunContext } from '../../context.js';
import { linkPerturbed } from '../../records/perturbed-folder.js';
import { surrogateName, surrogatesOf, whiteBoxOf } from '../../results/white-box.js';
import { embedImages, type ModelEmbeddings } from '../embed-images.js';
import type { ImageSet, Images } from '../list-images.js';
import type { GallerySplit } from './gallery-split.js';
import { type Judged, type JudgedSets, type JudgingLabel, judgePerturbed } from './judge-perturbed.js';
import { withLpips } from './measure-lpips.js';
import { measureProtection } from './measure-protection.js';
import { type PerturbedImage, type PerturbedImages, perturbImages } from './perturb-images.js';

type PoisonResult = NonNullable<Results['poison']>[number];

/** The perturbed version of some photographs of the data set. */
export interface PerturbedVersion {
  /** The perturbation’s. */
  readonly name: string;
  readonly use: PerturbationUse;
  /** The name of the model that judges, where there is one. */
  readonly judge: string | undefined;
  /** The perturbed photographs, under their originals' ids and identities. */
  readonly set: Images;
  /** Where each is in the run's folder, in the order of `set`. */
  readonly files: readonly string[];
  /** In the order of `set`. */
  readonly made: readonly PerturbedImage[];
  /** Position in the data set of each. */
  readonly positions: readonly number[];
  /** By the models that are asked about them. */
  readonly embeddings: readonly ModelEmbeddings[];
  /** Of a perturbed gallery: which photographs it holds. */
  readonly split: GallerySplit | undefined;
  /** In the order of `set`. */
  readonly judged: readonly Judged[];
  readonly result: PoisonResult;
  /** Why there is not one perturbed photograph: the run goes on without it, and fails in the end. */
  readonly problem: Problem | undefined;
  readonly cached: boolean;
  readonly shardsComputed: number;
}

export interface PoisonSources {
  readonly images: ImageSet;
  /** Positions of the photographs to perturb, ascending. */
  readonly positions: readonly number[];
  /** Embeddings of the originals by the model that judges; absent where the experiment embeds nothing. */
  readonly judge: ModelEmbeddings | undefined;
  /** Models that the perturbed photographs are embedded with, the judge among them. */
  readonly models: readonly NamedUse[];
  /** Where people's photographs in a gallery are perturbed: which are that gallery's. */
  readonly split?: GallerySplit;
  /** The perturbations before this one. */
  readonly others?: readonly PerturbedVersion[];
}

/** Perturbs photographs, puts them into the run's folder, embeds them anew and says how far they moved. */
export async function poison(
  context: RunContext,
  use: PerturbationUse,
  from: PoisonSources,
): Promise<PerturbedVersion> {
  const originals = itemsAt(from.images.images, from.positions);
  const others = from.others?.map((version) => ({ name: version.name, images: version.made }));
  const fit = { budget: use.budget, like: use.like, others };
  const fitted = await perturbImages(
    context,
    { family: 'perturbation', name: use.name, entry: use.name, use, fit },
    originals,
    from.images.images,
  );
  const measured = await withLpips(context, use, fitted.images);
  const made = { ...fitted, ...measured, cached: fitted.cached && measured.cached };
  const files = await linkPerturbed(context.folder, use.name, made);
  const set = { images: made.images.map(({ original, file, hash }) => ({ ...original, file, hash })) };
  const embeddings = await embedAll(context, { stage: 'poison', name: use.name }, set, from.models);
  const placeOf = new Map(from.positions.map((position) => [itemAt(from.images.images, position).id, position]));
  const positions = set.images.map(({ id }) => placeOf.get(id) as number);
  const sets = { originals: from.images, perturbed: set, positions };
  const judged =
    from.judge && (await judge(context, { stage: 'poison', name: use.name }, sets, from.judge, embeddings));
  const protection =
    from.judge && from.split && (await protect(context, use, sets, from.judge, from.split, embeddings));
  const shardsComputed = embeddings.reduce((sum, { work }) => sum + work.length, 0);
  return {
    name: use.name,
    use,
    split: from.split,
    judge: from.judge?.model.name,
    set,
    files,
    made: made.images,
    positions,
    embeddings,
    judged: judged?.of ?? [],
    problem: made.problem,
    result: {
      ...(await describe(context, use, from.judge?.model)),
      ...visibility(use, made),
      ...effect(judged, set),
      protection: protection?.value,
    },
    cached: [made, judged, protection].every((part) => part?.cached ?? true) && shardsComputed === 0,
    shardsComputed,
  };
}

export interface Judgement {
  readonly of: readonly Judged[];
  readonly noFace: number;
  readonly cached: boolean;
}

/** What the model that judges says of a version, whose embeddings by it are among those that are given. */
export async function judge(
  context: RunContext,
  told: JudgingLabel,
  sets: JudgedSets,
  before: ModelEmbeddings,
  embeddings: readonly ModelEmbeddings[],
): Promise<Judgement> {
  const after = sameModel(embeddings, before);
  const { value, cached } = await judgePerturbed(context, told, sets, before, after);
  return { of: value, cached, noFace: after.noFace.length };
}

function protect(
  context: RunContext,
  { name }: PerturbationUse,
  { originals, perturbed }: JudgedSets,
  before: ModelEmbeddings,
  split: GallerySplit,
  embeddings: readonly ModelEmbeddings[],
) {
  const after = sameModel(embeddings, before);
  return measureProtection(context, {
    name,
    specPath: ['poison', name],
    gallery: { set: originals, model: before, positions: split.gallery },
    tests: { set: originals, model: before, positions: split.tests },
    perturbed: { set: perturbed, model: after, positions: after.embedded },
  });
}

export function sameModel(embeddings: readonly ModelEmbeddings[], { key }: ModelEmbeddings): ModelEmbeddings {
  return embeddings.find((candidate) => candidate.key === key) as ModelEmbeddings;
}

/** A version of photographs by each of some models. */
export async function embedAll(
  context: RunContext,
  { stage, name }: { readonly stage: string; readonly name: string },
  set: Images,
  models: readonly NamedUse[],
): Promise<ModelEmbeddings[]> {
  const all: ModelEmbeddings[] = [];
  for (const model of models) {
    all.push(await embedImages(context, set, model, { stage, label: `${name}, ${model.name}` }));
  }
  return all;
}

async function describe(context: RunContext, use: PerturbationUse, judge: NamedUse | undefined) {
  const { perceptualTerm, unlikeAuthors } = factsOf(context, 'perturbation', use);
  if (unlikeAuthors) {
    context.warn({
      code: 'unlike-authors',
      message: `${use.name} has not the settings of the authors of ${use.use}: ${unlikeAuthors}`,
      specPath: ['poison', use.name],
      hint: 'Do not take its figures for theirs. What their setting needs is on the page of the plugin.',
    });
  }
  return {
    name: use.name,
    use: use.use,
    target: use.target,
    surrogates: surrogatesOf(use).map((surrogate) => surrogateName(context, surrogate)),
    perceptualTerm,
    unlikeAuthors: unlikeAuthors ?? null,
    whiteBox: judge !== undefined && (await whiteBoxOf(context, use, judge)),
  };
}

function visibility(use: PerturbationUse, { images, leftOut, seconds }: PerturbedImages) {
  const mean = (figure: 'dssim' | 'psnr' | 'l2' | 'lpips') =>
    meanOf(images.flatMap(({ visibility }) => visibility[figure] ?? []));
  return {
    images: images.length,
    leftOut,
    meanDssim: mean('dssim'),
    meanPsnr: mean('psnr'),
    meanL2: mean('l2'),
    ...(use.lpips === undefined ? {} : { meanLpips: mean('lpips') }),
    linf: images.length === 0 ? null : Math.max(...images.map(({ visibility }) => visibility.linf)),
    seconds,
  };
}

/** A photograph in which no face is found again has no shift and no hit: it is counted apart. */
function effect(judgement: Judgement | undefined, perturbed: Images) {
  const shifts = judgement?.of.flatMap(({ shift }) => shift ?? []) ?? [];
  const hits = judgement?.of.flatMap(({ hit }, n) => {
    return hit === null ? [] : { identity: itemAt(perturbed.images, n).identity, hit };
  });
  const known = perturbed.images.filter(({ identity }) => identity !== null);
  const { rate, ...counted } = countedRate(hits ?? []);
  return {
    noFaceAfter: judgement?.noFace ?? null,
    meanShift: meanOf(shifts),
    medianShift: medianOf(shifts),
    top1: rate,
    top1Counted: judgement && counted,
    top1All: judgement && rateOf(counted.count, known.length),
  };
}
