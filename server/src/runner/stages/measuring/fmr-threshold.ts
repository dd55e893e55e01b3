import type { RankedDistance, VectorSource, WorkContext } from '../../../plugins/declare.js';
import { count } from '../../../protocol/figure-text.js';
import { cachedFacts } from '../../../store/cache/cached-facts.js';
import { keyOf } from '../../../store/files.js';
import { type RunContext, workContext } from '../../context.js';
import { withCores } from '../../cores.js';
import { ImpostorSurvey } from '../../figures/impostor-survey.js';
import { mostMatches } from '../../figures/verification.js';
import { Halt } from '../../halt.js';
import { drawIndices } from '../../random.js';
import type { ModelEmbeddings } from '../embed-images.js';
import type { HashedImage } from '../own-photographs.js';
import { openCounter } from './counted-impostors.js';
import { impostorDistances, PairDistances, type Photographs, photographsOf } from './verification-pairs.js';

/** So many are put in order in less time than it takes to open a session. */
const FEW_PAIRS = 2 ** 20;

/** Whose impostor pairs a threshold is set by: the same for every model. */
export interface Calibration {
  readonly identities: ReadonlySet<string>;
  /** Every identity is queried: half of them were drawn, and their queries are not to be judged. */
  readonly isDrawn: boolean;
}

/** Identities that none of the queries belongs to; where there is none, half of all, drawn by seed. */
export function calibrationOf(images: readonly HashedImage[], queries: readonly number[], seed: number): Calibration {
  const all = [...new Set(images.flatMap(({ identity }) => identity ?? []))].sort();
  const queried = new Set(queries.map((position) => images[position]!.identity));
  const spared = all.filter((identity) => !queried.has(identity));
  if (spared.length > 0 || all.length === 0) return { identities: new Set(spared), isDrawn: false };
  const drawn = drawIndices(all.length, Math.ceil(all.length / 2), seed).map((n) => all[n]!);
  return { identities: new Set(drawn), isDrawn: true };
}

/** The threshold of a model at a false match rate, squared L2, and what it was measured on. */
export interface FmrThreshold {
  readonly value: number;
  /** Share of the impostor pairs that match at it: not above the rate that was asked for. */
  readonly actualFmr: number;
  readonly impostorPairs: number;
  /** The same of other rates, ascending: those that so many pairs measure, where these are few. */
  readonly steps: readonly { readonly fmr: number; readonly value: number }[];
}

/** False match rates to look at beside the one that was asked for. */
export const FMR_STEPS: readonly number[] = [-6, -5, -4, -3, -2, -1].flatMap((power) =>
  [1, 1.5, 2, 3, 4, 5, 6, 8].map((digit) => Number(`${digit}e${power}`)),
);

export interface FmrSources {
  readonly images: readonly HashedImage[];
  readonly embeddings: ModelEmbeddings;
  readonly calibration: Calibration;
  /** Where in the experiment the rate stands. */
  readonly specPath: readonly (string | number)[];
}

/**
 * The largest distance of any pair, genuine or impostor, at which the share of impostor pairs that match is not above
 * the rate, over pairs of the identities of `calibration` (ISO/IEC 19795-1). Halts where these are fewer than the
 * rate takes (`fmr-too-small`), or too many of them all but equal (`fmr-too-alike`).
 */
export async function thresholdAtFmr(
  context: RunContext,
  fmr: number,
  from: FmrSources,
  others: readonly number[] = [],
): Promise<{ value: FmrThreshold; cached: boolean }> {
  const { embeddings, images, calibration } = from;
  const used = calibrationImages(images, calibration);
  const key = {
    fmr,
    others,
    model: embeddings.key,
    images: keyOf(used.map(({ hash, identity }) => [hash, identity])),
    embedded: keyOf(embeddings.embedded),
  };
  return cachedFacts(context, 'fmr-threshold', key, () =>
    withCores(context, () => measure(context, { fmr, others }, used, from)),
  );
}

/** A content that somebody else's image has, too, is no evidence of two people. */
function calibrationImages(images: readonly HashedImage[], { identities }: Calibration): HashedImage[] {
  const isUsed = ({ identity }: HashedImage) => identity !== null && identities.has(identity);
  const others = new Set(images.flatMap((image) => (image.identity === null || isUsed(image) ? [] : image.hash)));
  return images.filter((image) => isUsed(image) && !others.has(image.hash));
}

async function measure(
  context: RunContext,
  { fmr, others }: { readonly fmr: number; readonly others: readonly number[] },
  used: readonly HashedImage[],
  { images, embeddings: { model, vectors, embedded }, specPath }: FmrSources,
): Promise<FmrThreshold> {
  const photographs = photographsOf(used, new Map(embedded.map((position, row) => [images[position]!.hash, row])));
  const work = workContext(context, String(specPath[0]), model.name);
  const impostor = new PairDistances(photographs, vectors, 'impostor', 'all', work);
  const pairs = impostor.pairs.count;
  const most = mostMatches(fmr, pairs);
  if (most < 1) throw new Halt(tooFew(model.name, fmr, pairs, specPath));
  const beside = others.filter((rate) => pairs <= FEW_PAIRS && mostMatches(rate, pairs) >= 1 && rate < 1);
  const rates = [fmr, ...beside];
  const ranks = rates.map((rate) => mostMatches(rate, pairs));
  const limits = await ranked(context, ranks, { photographs, vectors, impostor, work });
  const [limit] = limits ?? [];
  if (!limits || !limit) throw new Halt(tooAlike(model.name, fmr, specPath));
  const values = limits.map(({ before }) => before);
  await new PairDistances(photographs, vectors, 'genuine', 'all', work).walk((distances) => {
    for (const [n, { value: below }] of limits.entries()) {
      for (const distance of distances) if (distance < below && distance > (values[n] ?? -1)) values[n] = distance;
    }
  });
  const value = values[0] ?? null;
  if (value === null) throw new Halt(tooAlike(model.name, fmr, specPath));
  const steps = rates.flatMap((rate, n) => (values[n] == null ? [] : [{ fmr: rate, value: values[n] }]));
  return {
    ...{ value, actualFmr: limit.less / pairs, impostorPairs: pairs },
    steps: steps
      .filter((step, n) => steps.findIndex((one) => one.fmr === step.fmr) === n)
      .sort((a, b) => a.fmr - b.fmr),
  };
}

/** Few pairs are put in order one by one; of many the flat index computes those alone that may be it. */
async function ranked(
  context: RunContext,
  ranks: readonly number[],
  from: { photographs: Photographs; vectors: VectorSource; impostor: PairDistances; work: WorkContext },
): Promise<readonly RankedDistance[] | undefined> {
  const { photographs, vectors, impostor, work } = from;
  if (impostor.pairs.count > FEW_PAIRS) {
    const counter = await openCounter(context, photographs, vectors);
    const counted = await counter.ranked(ranks, work);
    if (counted) return counted;
  }
  const survey = await ImpostorSurvey.of(impostorDistances(photographs, impostor), new Float64Array());
  return survey.ranked(ranks);
}

function tooFew(model: string, fmr: number, pairs: number, specPath: FmrSources['specPath']) {
  const measured =
    pairs === 0
      ? 'There is no impostor pair'
      : `The ${count(pairs)} impostor pairs measure no false match rate below ${Number((1 / pairs).toPrecision(2))}`;
  return {
    code: 'fmr-too-small',
    message: `${measured}, of identities that no query belongs to and that ${model} can embed: ${fmr} takes ${count(Math.ceil(1 / fmr))}`,
    specPath: [...specPath],
    hint: 'Ask for a larger false match rate, or query fewer people: `queries: {sample: 1000}`.',
  };
}

function tooAlike(model: string, fmr: number, specPath: FmrSources['specPath']) {
  return {
    code: 'fmr-too-alike',
    message: `So many impostor distances of ${model} are equal, or all but, that no threshold has a false match rate of ${fmr}`,
    specPath: [...specPath],
    hint: 'Ask for a larger false match rate.',
  };
}
