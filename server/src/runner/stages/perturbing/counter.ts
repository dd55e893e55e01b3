import type { Problem } from '../../../protocol/errors.js';
import { itemAt } from '../../../protocol/item-at.js';
import { treatedName } from '../../../protocol/names.js';
import type { Results } from '../../../protocol/results.js';
import type { CountermeasureUse, NamedUse, PerturbationUse } from '../../../stages/spec.js';
import { countedRate } from '../../../statistics/identity-bootstrap.js';
import { medianOf } from '../../../statistics/percentile.js';
import { rateOf } from '../../../statistics/proportion.js';
import type { RunContext } from '../../context.js';
import { linkPerturbed } from '../../records/perturbed-folder.js';
import { whiteBoxOf } from '../../results/white-box.js';
import type { ModelEmbeddings } from '../embed-images.js';
import type { HashedImage, ImageSet, Images } from '../list-images.js';
import { type EmbeddedVersion, ORIGINAL } from '../query-version.js';
import type { Judged } from './judge-perturbed.js';
import { measureProtection } from './measure-protection.js';
import { type PerturbedImages, perturbImages } from './perturb-images.js';
import { embedAll, type Judgement, judge, type PerturbedVersion, sameModel } from './poison.js';

export type CounteredResult = NonNullable<Results['countermeasures']>[number];

/** A version of photographs behind a countermeasure. */
export interface CounteredVersion extends EmbeddedVersion {
  readonly use: CountermeasureUse;
  /** Undefined of the originals. */
  readonly perturbation: PerturbationUse | undefined;
  /** The name of the model that judges, where there is one. */
  readonly judge: string | undefined;
  /** Where each is in the run's folder, in the order of `set`. */
  readonly files: readonly string[];
  /** In the order of `set`. */
  readonly judged: readonly Judged[];
  readonly result: CounteredResult;
  /** Why nothing came out of it: the run goes on without it, and fails in the end. */
  readonly problem: Problem | undefined;
  readonly cached: boolean;
  readonly shardsComputed: number;
}

/** Photographs that go through a countermeasure: the originals, or a perturbation’s. */
export interface CounterSource {
  readonly perturbation?: PerturbationUse;
  readonly images: readonly HashedImage[];
  /** Position in the data set of each. */
  readonly positions: readonly number[];
}

export interface CounterContext {
  readonly originals: ImageSet;
  /** Embeddings of the originals by the model that judges. */
  readonly before: ModelEmbeddings;
  /** Models that what comes out is embedded with, the judge among them. */
  readonly models: readonly NamedUse[];
}

/**
 * Makes and embeds all of some versions behind countermeasures at once, so that each model is loaded once and not for each:
 * `counter`, which says what became of them, finds them in the cache. Nothing is done where that is not to be read.
 */
export async function prepare(
  context: RunContext,
  all: readonly { readonly use: CountermeasureUse; readonly source: CounterSource }[],
  models: readonly NamedUse[],
): Promise<Pick<CounteredVersion, 'cached' | 'shardsComputed'>> {
  if (!context.useCache) return { cached: true, shardsComputed: 0 };
  // Who is left out is said once, by `counter`.
  const quiet = { ...context, warn: () => undefined, skip: () => undefined };
  const images: HashedImage[] = [];
  let cached = true;
  for (const { use, source } of all) {
    const name = treatedName(source.perturbation?.name ?? ORIGINAL, use.name);
    const made = await perturbImages(quiet, { family: 'countermeasure', name, entry: use.name, use }, source.images);
    images.push(...made.images.map(({ original, file, hash }) => ({ ...original, file, hash })));
    cached &&= made.cached;
  }
  const embeddings = await embedAll(quiet, { stage: 'countermeasures', name: 'all versions' }, { images }, models);
  const shardsComputed = embeddings.reduce((sum, { work }) => sum + work.length, 0);
  return { cached: cached && shardsComputed === 0, shardsComputed };
}

/** Puts a version of photographs through a countermeasure, embeds what comes out and says what became of it. */
export async function counter(
  context: RunContext,
  use: CountermeasureUse,
  source: CounterSource,
  from: CounterContext,
): Promise<CounteredVersion> {
  const name = treatedName(source.perturbation?.name ?? ORIGINAL, use.name);
  const { made, ...treated } = await treat(context, use, name, source, from.models);
  const files = await linkPerturbed(context.folder, name, made);
  const { set, positions, embeddings } = treated;
  const sets = { originals: from.originals, perturbed: set, positions };
  const judged = await judge(context, { stage: 'countermeasures', name }, sets, from.before, embeddings);
  nameFaceless(context, name, set, embeddings);
  return {
    ...treated,
    use,
    perturbation: source.perturbation,
    judge: from.before.model.name,
    files,
    judged: judged.of,
    problem: made.problem,
    result: {
      ...(await describe(context, use, source, from)),
      ...outcome(made, judged, source.images),
    },
    cached: treated.cached && judged.cached,
  };
}

/**
 * How well people are protected in a gallery of which every photograph, perturbed or clean, went through a
 * countermeasure: what `counter` says of the perturbed ones, with the protection.
 */
export async function counterGallery(
  context: RunContext,
  use: CountermeasureUse,
  version: PerturbedVersion,
  from: CounterContext,
): Promise<CounteredVersion> {
  const { split, set, positions, use: perturbation } = version;
  if (!split) throw new Error(`${version.name} is no perturbed gallery`);
  const countered = await counter(context, use, { perturbation, images: set.images, positions }, from);
  const { before, originals } = from;
  const images = split.gallery.map((position) => itemAt(originals.images, position));
  const clean = await treat(
    context,
    use,
    `${treatedName(ORIGINAL, use.name)}, gallery of ${version.name}`,
    {
      images,
      positions: split.gallery,
    },
    [before.model],
  );
  const [gallery, perturbed] = [sameModel(clean.embeddings, before), sameModel(countered.embeddings, before)];
  nameFaceless(context, clean.name, clean.set, [gallery]);
  const protection = await measureProtection(context, {
    name: countered.name,
    specPath: ['countermeasures', use.name],
    gallery: { set: clean.set, model: gallery, positions: gallery.embedded },
    tests: { set: originals, model: before, positions: split.tests },
    perturbed: { set: countered.set, model: perturbed, positions: perturbed.embedded },
  });
  const galleryLeft = split.gallery.length - gallery.embedded.length;
  return {
    ...countered,
    result: { ...countered.result, protection: { ...protection.value, galleryLeft } },
    problem: countered.problem ?? clean.made.problem,
    cached: countered.cached && clean.cached && protection.cached,
    shardsComputed: countered.shardsComputed + clean.shardsComputed,
  };
}

interface Treated extends EmbeddedVersion {
  readonly made: PerturbedImages;
  readonly cached: boolean;
  readonly shardsComputed: number;
}

async function treat(
  context: RunContext,
  use: CountermeasureUse,
  name: string,
  { images, positions: given }: CounterSource,
  models: readonly NamedUse[],
): Promise<Treated> {
  const made = await perturbImages(context, { family: 'countermeasure', name, entry: use.name, use }, images);
  const set = { images: made.images.map(({ original, file, hash }) => ({ ...original, file, hash })) };
  const placeOf = new Map(given.map((position, n) => [itemAt(images, n).id, position]));
  const positions = set.images.map(({ id }) => placeOf.get(id) as number);
  const embeddings = await embedAll(context, { stage: 'countermeasures', name }, set, models);
  const shardsComputed = embeddings.reduce((sum, { work }) => sum + work.length, 0);
  return { name, set, positions, embeddings, made, cached: made.cached && shardsComputed === 0, shardsComputed };
}

/** Faces that a countermeasure takes away are its doing, so each is named. */
function nameFaceless(context: RunContext, name: string, { images }: Images, all: readonly ModelEmbeddings[]): void {
  for (const { model, noFace } of all) {
    for (const n of noFace) {
      const message = `${name}: ${model.name} finds no face in it`;
      context.skip({ id: itemAt(images, n).id, code: 'no-face', message });
    }
    if (noFace.length === 0 || noFace.length < images.length) continue;
    context.warn({
      code: 'countermeasure-no-face',
      message: `${name}: ${model.name} finds a face in none of the ${images.length} photographs that come out`,
      specPath: ['countermeasures', name.slice(name.indexOf('+') + 1)],
      hint: 'Figures of those with a face have nothing to count; those of all count them as lost. Take a weaker one.',
    });
  }
}

async function describe(
  context: RunContext,
  use: CountermeasureUse,
  { perturbation }: CounterSource,
  { before }: CounterContext,
) {
  return {
    name: treatedName(perturbation?.name ?? ORIGINAL, use.name),
    perturbation: perturbation?.name ?? null,
    countermeasure: use.name,
    use: use.use,
    target: use.target,
    whiteBox: perturbation !== undefined && (await whiteBoxOf(context, perturbation, before.model)),
  };
}

function outcome(made: PerturbedImages, judgement: Judgement, images: readonly HashedImage[]) {
  const { rate, ...counted } = countedRate(
    judgement.of.flatMap(({ hit }, n) =>
      hit === null ? [] : { identity: itemAt(made.images, n).original.identity, hit },
    ),
  );
  return {
    images: made.images.length,
    leftOut: made.leftOut,
    noFaceAfter: judgement.noFace,
    medianShift: medianOf(judgement.of.flatMap(({ shift }) => shift ?? [])),
    top1: rate,
    top1Counted: counted,
    top1All: rateOf(counted.count, images.filter(({ identity }) => identity !== null).length),
    seconds: made.seconds,
  };
}
