import { count } from '../../../protocol/figure-text.js';
import type { VerificationResult } from '../../../protocol/results.js';
import type { ExperimentSpec, VerificationSpec } from '../../../stages/spec.js';
import { cachedFacts } from '../../../store/cache/cached-facts.js';
import { keyOf } from '../../../store/files.js';
import { type RunContext, workContext } from '../../context.js';
import { withCores } from '../../cores.js';
import { verificationOf } from '../../figures/verification.js';
import { Halt } from '../../halt.js';
import { pairsRate } from '../../planning/measured-rates.js';
import type { StageOutcome } from '../../progress/stage-clock.js';
import { type Findings, required } from '../../results/findings.js';
import type { ModelEmbeddings } from '../embed-images.js';
import type { HashedImage, ImageSet } from '../list-images.js';
import { countByProducts, openCounter } from './counted-impostors.js';
import { distancesOfFile, type PlacedPairs, readPairs } from './pairs-of-file.js';
import { genuineDistances, impostorDistances, KEPT_PAIRS, PairDistances, photographsOf } from './verification-pairs.js';

/** Genuine distances are held, in two orders, with what lies between them. */
const MOST_GENUINE = 2 ** 24;

/** Fewer pairs take as long as what is done once, which says nothing of more. */
const LEAST_TIMED = 100_000;

/** With the pairs of the file, where one names them. */
export interface Asked extends VerificationSpec {
  readonly named?: PlacedPairs;
}

type Measured = Omit<VerificationResult, 'model'>;

/** Compares pairs of images of the data set by each model (ISO/IEC 19795-1). */
export async function measureVerification(
  context: RunContext,
  spec: ExperimentSpec,
  findings: Findings,
): Promise<StageOutcome<undefined>> {
  const asked = required(spec.verification);
  const images = required(findings.images);
  const results: VerificationResult[] = [];
  let allCached = true;
  const { pairs } = asked;
  const named = typeof pairs === 'object' && 'file' in pairs ? await readPairs(pairs.file, images.images) : undefined;
  for (const embeddings of required(findings.embeddings)) {
    const { value, cached } = await measureModel(context, { ...asked, named }, images, embeddings);
    results.push({ model: embeddings.model.name, ...value });
    findings.blocks.verification = results;
    context.partDone();
    allCached &&= cached;
  }
  sayTooSmall(context, asked, results);
  return { value: undefined, cached: allCached };
}

async function measureModel(
  context: RunContext,
  { pairs, fmr, named }: Asked,
  { images }: ImageSet,
  embeddings: ModelEmbeddings,
): Promise<{ value: Measured; cached: boolean }> {
  const from = verificationFrom({ pairs, fmr, named }, images, embeddings);
  return cachedFacts(context, 'verification', from, () =>
    withCores(context, async () => {
      const started = performance.now();
      const value = await (named
        ? compareNamed(named, fmr, images, embeddings)
        : compare(context, { pairs, fmr }, images, embeddings));
      const compared = value.pairs.genuine + value.pairs.impostor;
      const rate = pairsRate(waysOf(pairs, value.pairs.impostor), embeddings.vectors.dimension);
      const seconds = (performance.now() - started) / 1000;
      if (compared >= LEAST_TIMED) await context.rates.record(rate, compared / seconds);
      return value;
    }),
  );
}

/** What the figures of a model follow from. */
export function verificationFrom(
  { pairs, fmr, named }: Asked,
  images: readonly Pick<HashedImage, 'hash' | 'identity'>[],
  { key, embedded }: Pick<ModelEmbeddings, 'key' | 'embedded'>,
) {
  return {
    with: 'intervals of the EER',
    asked: named ? { fmr, named: keyOf(named) } : { pairs, fmr },
    model: key,
    images: keyOf(images.map(({ hash, identity }) => [hash, identity])),
    embedded: keyOf(embedded),
  };
}

/** How so many impostor pairs are compared. */
export function waysOf(pairs: VerificationSpec['pairs'], impostor: number): 'products' | 'walks' | 'named' {
  if (typeof pairs === 'object' && 'file' in pairs) return 'named';
  // Of drawn pairs there are few.
  return pairs === 'all' && impostor > KEPT_PAIRS ? 'products' : 'walks';
}

/** The pairs that a file names, whoever the data set says that its images show. */
async function compareNamed(
  named: PlacedPairs,
  fmr: readonly number[],
  images: ImageSet['images'],
  { model, vectors, embedded }: ModelEmbeddings,
): Promise<Measured> {
  const rowOf = new Map(embedded.map((position, row) => [position, row]));
  const { genuine, impostor, held, left, folds } = await distancesOfFile(named, images, { vectors, rowOf });
  if (genuine.distances.length === 0) throw new Halt(noPairs(model.name, 'one person'));
  if (impostor.length === 0) throw new Halt(noPairs(model.name, 'two people'));
  const impostors = {
    count: impostor.length,
    held,
    walk: async (visit: (all: Float64Array) => void) => visit(impostor),
  };
  const figures = await verificationOf(genuine, impostors, fmr);
  if (!figures) throw new Halt(tooAlike(model.name));
  return { pairs: { genuine: genuine.distances.length, impostor: impostor.length, left }, ...figures, folds };
}

async function compare(
  context: RunContext,
  { pairs, fmr }: { readonly pairs: VerificationSpec['pairs']; readonly fmr: readonly number[] },
  images: ImageSet['images'],
  { model, vectors, embedded }: ModelEmbeddings,
): Promise<Measured> {
  if (typeof pairs === 'object' && 'file' in pairs) throw new Error('The pairs of a file were not read');
  const photographs = photographsOf(images, new Map(embedded.map((position, row) => [images[position]!.hash, row])));
  const work = workContext(context, 'verification', model.name);
  const genuine = new PairDistances(photographs, vectors, 'genuine', pairs, work);
  const impostor = new PairDistances(photographs, vectors, 'impostor', pairs, work);
  if (genuine.pairs.count === 0) throw new Halt(noPairs(model.name, 'one person'));
  if (impostor.pairs.count === 0) throw new Halt(noPairs(model.name, 'two people'));
  if (genuine.pairs.count > MOST_GENUINE) throw new Halt(tooMany(model.name, genuine.pairs.count));
  const impostors = impostorDistances(photographs, impostor);
  const areMany = waysOf(pairs, impostor.pairs.count) === 'products';
  const counter = areMany ? await openCounter(context, photographs, vectors) : undefined;
  const figures = await verificationOf(
    await genuineDistances(photographs, genuine),
    counter ? { ...impostors, counted: (sorted, asked) => countByProducts(counter, sorted, asked, work) } : impostors,
    fmr,
  );
  if (!figures) throw new Halt(tooAlike(model.name));
  return {
    pairs: {
      genuine: genuine.pairs.count,
      impostor: impostor.pairs.count,
      left: genuine.pairs.left + impostor.pairs.left,
    },
    unpaired: photographs.unpaired,
    ...figures,
  };
}

/** Below one of its pairs a false match rate is met where none matches, and says no more than that. */
function sayTooSmall(context: RunContext, { fmr }: VerificationSpec, results: readonly VerificationResult[]): void {
  for (const { model, pairs } of results) {
    const tooSmall = fmr.filter((rate) => rate * pairs.impostor < 1);
    if (tooSmall.length === 0) continue;
    context.warn({
      code: 'verification-fmr-too-small',
      message: `${model} compares ${count(pairs.impostor)} impostor pairs, which measure no false match rate below ${Number((1 / pairs.impostor).toPrecision(2))}: at ${tooSmall.join(' and ')} not one may match`,
      specPath: ['verification', 'fmr'],
      hint: 'Ask for a larger false match rate, or compare more pairs.',
    });
  }
}

function noPairs(model: string, of: string) {
  return {
    code: 'verification-no-pairs',
    message: `No two different photographs of ${of} have an embedding by ${model}: there is no pair to compare`,
    specPath: ['verification'],
    hint: 'Verification needs two photographs of somebody, which are no copies, and somebody else. Check that the data set says whose each image is.',
  };
}

function tooMany(model: string, pairs: number) {
  return {
    code: 'verification-too-many-pairs',
    message: `${count(pairs)} genuine pairs are more than the ${count(MOST_GENUINE)} that ${model} can be measured on`,
    specPath: ['verification', 'pairs'],
    hint: 'Draw some of them: `pairs: {sample: 1000000}`.',
  };
}

function tooAlike(model: string) {
  return {
    code: 'verification-too-alike',
    message: `So many impostor distances of ${model} are all but equal that no threshold can be told among them`,
    specPath: ['verification', 'pairs'],
    hint: 'Draw some of them: `pairs: {sample: 1000000}`.',
  };
}
