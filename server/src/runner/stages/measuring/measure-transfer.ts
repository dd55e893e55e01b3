import { count } from '../../../protocol/figure-text.js';
import { itemAt, itemsAt } from '../../../protocol/item-at.js';
import type { TransferResult } from '../../../protocol/results.js';
import type { ExperimentSpec, PerturbationUse, TransferSpec } from '../../../stages/spec.js';
import { countedRate } from '../../../statistics/identity-bootstrap.js';
import { medianOf } from '../../../statistics/percentile.js';
import { rateOf } from '../../../statistics/proportion.js';
import { cachedFacts } from '../../../store/cache/cached-facts.js';
import { keyOf } from '../../../store/files.js';
import { type RunContext, workContext } from '../../context.js';
import { withCores } from '../../cores.js';
import { transferRate } from '../../planning/measured-rates.js';
import type { StageOutcome } from '../../progress/stage-clock.js';
import { embeddingsOf, type Findings, required } from '../../results/findings.js';
import { whiteBoxOf } from '../../results/white-box.js';
import { embedImages, type ModelEmbeddings } from '../embed-images.js';
import type { ImageSet } from '../list-images.js';
import { Partners } from '../own-photographs.js';
import { type Judged, judgePerturbed } from '../perturbing/judge-perturbed.js';
import { type EmbeddedVersion, ORIGINAL } from '../query-version.js';
import { calibrationOf, type FmrThreshold, thresholdAtFmr } from './fmr-threshold.js';
import { genuineDistances, PairDistances, photographsOf } from './verification-pairs.js';

/** A median is of so many genuine pairs at the most. */
const GENUINE_PAIRS = { sample: 2 ** 22, seed: 1 };

/** One version of the queries: the originals, perturbed ones, or either behind a countermeasure. */
interface JudgedVersion extends Omit<EmbeddedVersion, 'embeddings'> {
  readonly perturbation: PerturbationUse | undefined;
  readonly countermeasure: string | null;
  /** By a judge. */
  embeddings(judge: ModelEmbeddings): Promise<ModelEmbeddings>;
}

interface Judge {
  /** Of the data set. */
  readonly before: ModelEmbeddings;
  readonly threshold: FmrThreshold;
  /** Median root L2 between two images of one identity; null where no two have an embedding. */
  readonly genuine: number | null;
  readonly partners: Partners;
  readonly pace: Pace;
}

/** How long a judge takes for what it is asked, where nothing of that is in the cache. */
interface Pace {
  images: number;
  seconds: number;
  anyCached: boolean;
}

async function paced<T extends { readonly cached: boolean }>(pace: Pace, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const done = await work();
  pace.seconds += (performance.now() - started) / 1000;
  pace.anyCached ||= done.cached;
  return done;
}

/** Asks each judge of each version of the queries whether it matches its person, at a threshold of the judge's own. */
export async function measureTransfer(
  context: RunContext,
  spec: ExperimentSpec,
  findings: Findings,
): Promise<StageOutcome<undefined>> {
  const asked = required(spec.transfer);
  const [set, queries] = [required(findings.images), required(findings.queries)];
  const calibration = calibrationOf(set.images, queries, spec.queries.seed);
  const judged = queries.filter((position) => !calibration.identities.has(itemAt(set.images, position).identity ?? ''));
  if (judged.length < queries.length) context.warn(queriesSetAside(queries.length, judged.length));
  const versions = versionsOf(context, findings, set, judged);
  let cached = true;
  const judges: Judge[] = [];
  for (const name of asked.judges) {
    const before = embeddingsOf(findings, name);
    const from = { images: set.images, embeddings: before, calibration, specPath: ['transfer', 'fmr'] };
    const pace: Pace = { images: 0, seconds: 0, anyCached: false };
    const threshold = await paced(pace, () => thresholdAtFmr(context, asked.fmr, from));
    const genuine = await medianGenuine(context, set, before);
    cached &&= threshold.cached && genuine.cached;
    const partners = new Partners(itemsAt(set.images, before.embedded));
    judges.push({ before, threshold: threshold.value, genuine: genuine.value, partners, pace });
  }
  const results: TransferResult[] = [];
  for (const version of versions) {
    for (const judge of judges) {
      const row = await paced(judge.pace, () => judgeVersion(context, set, judged, version, judge));
      judge.pace.images += row.figures.images;
      cached &&= row.cached;
      results.push({
        ...(await describe(context, version, judge, asked)),
        ...row.figures,
        setAside: queries.length - judged.length,
      });
    }
    findings.blocks.transfer = results;
    context.partDone();
  }
  for (const { before, pace } of judges) {
    const { images, seconds, anyCached } = pace;
    if (images > 0 && !anyCached) await context.rates.record(transferRate(before.key), images / seconds);
  }
  return { value: undefined, cached };
}

/** Versions of the queries that are judged. */
function versionsOf(
  context: RunContext,
  { perturbed = [], countered = [] }: Findings,
  set: ImageSet,
  judged: readonly number[],
): JudgedVersion[] {
  const originals = { images: itemsAt(set.images, judged) };
  const original: JudgedVersion = {
    name: ORIGINAL,
    perturbation: undefined,
    countermeasure: null,
    set: originals,
    positions: judged,
    embeddings: ({ model }) =>
      embedImages(context, originals, model, { stage: 'transfer', label: `${ORIGINAL}, ${model.name}` }),
  };
  const made = [
    ...perturbed.map((version) => ({ ...version, perturbation: version.use, countermeasure: null })),
    ...countered.map((version) => ({ ...version, countermeasure: version.use.name })),
  ].filter(({ use }) => use.target === 'query');
  return [
    original,
    ...made.map(({ name, perturbation, countermeasure, set: images, positions, embeddings }) => ({
      ...{ name, perturbation, countermeasure, positions, set: images },
      embeddings: async ({ key, model }: ModelEmbeddings) => {
        const found = embeddings.find((candidate) => candidate.key === key);
        if (!found) throw new Error(`${name} was not embedded with ${model.name}`);
        return found;
      },
    })),
  ];
}

async function describe(
  context: RunContext,
  { perturbation, countermeasure }: JudgedVersion,
  { before: { model }, threshold }: Judge,
  { fmr }: TransferSpec,
) {
  return {
    perturbation: perturbation?.name ?? ORIGINAL,
    countermeasure,
    judge: model.name,
    whiteBox: perturbation !== undefined && (await whiteBoxOf(context, perturbation, model)),
    fmr,
    threshold: threshold.value,
    actualFmr: threshold.actualFmr,
    impostorPairs: threshold.impostorPairs,
  };
}

async function judgeVersion(
  context: RunContext,
  set: ImageSet,
  queries: readonly number[],
  version: JudgedVersion,
  { before, threshold, genuine, partners }: Judge,
) {
  const after = await version.embeddings(before);
  const told = { stage: 'transfer', name: `${version.name}, ${before.model.name}` };
  const sets = { originals: set, perturbed: version.set, positions: version.positions };
  const { value, cached } = await judgePerturbed(context, told, sets, before, after);
  const asked = new Set(queries);
  const own = version.positions.flatMap((position, n) =>
    asked.has(position) ? { n, judged: itemAt(value, n), identity: itemAt(version.set.images, n).identity } : [],
  );
  const faceless = new Set(after.noFace);
  const matched = countedRate(
    own.flatMap(({ judged: { mate }, identity }) => (mate === null ? [] : { identity, hit: mate <= threshold.value })),
  );
  const withPartner = queries.filter((position) => partners.has(itemAt(set.images, position))).length;
  const figures = {
    images: own.length,
    noFace: own.filter(({ n }) => faceless.has(n)).length,
    top1: countedRate(own.flatMap(({ judged: { hit }, identity }) => (hit === null ? [] : { identity, hit }))),
    matched,
    matchedAll: rateOf(matched.count, withPartner),
    shift: relativeShift(
      own.map(({ judged }) => judged),
      genuine,
    ),
  };
  return { figures, cached: cached && after.work.length === 0 };
}

function relativeShift(judged: readonly Judged[], genuine: number | null): number | null {
  const median = medianOf(judged.flatMap(({ shift }) => shift ?? []));
  return median === null || !genuine ? null : median / genuine;
}

/** Over the data set; copies are one image. */
function medianGenuine(
  context: RunContext,
  { images }: ImageSet,
  { model, key, vectors, embedded }: ModelEmbeddings,
): Promise<{ value: number | null; cached: boolean }> {
  const from = {
    model: key,
    images: keyOf(images.map(({ hash, identity }) => [hash, identity])),
    embedded: keyOf(embedded),
    ...GENUINE_PAIRS,
  };
  return cachedFacts(context, 'median-genuine', from, () =>
    withCores(context, async () => {
      const rowOf = new Map(embedded.map((position, row) => [itemAt(images, position).hash, row]));
      const photographs = photographsOf(images, rowOf);
      const work = workContext(context, 'transfer', model.name);
      const pairs = new PairDistances(photographs, vectors, 'genuine', GENUINE_PAIRS, work);
      const { distances } = await genuineDistances(photographs, pairs);
      return medianOf(Array.from(distances, Math.sqrt));
    }),
  );
}

function queriesSetAside(queries: number, judged: number) {
  return {
    code: 'queries-set-aside',
    message: `Every identity is queried: half of them, drawn by seed, set the judges’ thresholds, and their ${count(queries - judged)} of ${count(queries)} queries are not judged`,
    specPath: ['transfer', 'fmr'],
    hint: 'Query fewer people, `queries: {sample: 1000}`, and nobody who is queried sets the thresholds.',
  };
}
