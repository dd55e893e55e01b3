import type { VectorSource } from '../../../plugins/declare.js';
import { rowsIn } from '../../../plugins/matrix.js';
import { count } from '../../../protocol/figure-text.js';
import { itemAt, itemsAt } from '../../../protocol/item-at.js';
import type { Results } from '../../../protocol/results.js';
import type { ThresholdSpec } from '../../../stages/spec.js';
import type { GenuineOfQueries } from '../../../statistics/moved-threshold.js';
import { medianOf } from '../../../statistics/percentile.js';
import { cachedFacts } from '../../../store/cache/cached-facts.js';
import { keyOf } from '../../../store/files.js';
import type { RunContext } from '../../context.js';
import type { DistanceUnit } from '../../figures/distance.js';
import { histogramOf } from '../../figures/histogram.js';
import { genuineDistances, rowsByIdentity, type ThresholdImage, thresholdsOf } from '../../figures/thresholds.js';
import { Halt } from '../../halt.js';
import type { ModelEmbeddings } from '../embed-images.js';
import type { ImageSet } from '../list-images.js';
import { calibrationOf, FMR_STEPS, thresholdAtFmr } from './fmr-threshold.js';

/** How near a result must be to each image of the data set to show the same person (paper §2.2). */
export interface Thresholds {
  readonly spec: ThresholdSpec;
  readonly result: NonNullable<Results['threshold']>;
  /** By position in the image set, in the spec's unit; an image without one is not there. */
  readonly of: ReadonlyMap<number, number>;
  /** Of `fmr`: the thresholds of other rates, in the spec's unit, where the pairs are few enough to say. */
  readonly steps: readonly { readonly fmr: number; readonly threshold: number }[];
  readonly cached: boolean;
}

export interface ThresholdSources {
  readonly set: ImageSet;
  /** Positions of the queried images, and what identities are drawn by where all of them are. */
  readonly queries: readonly number[];
  readonly seed: number;
  /** By the model whose distances they are. */
  readonly embeddings: ModelEmbeddings;
}

/** Works out the threshold of every image of the data set that can have one. */
export async function measureThresholds(
  context: RunContext,
  spec: ThresholdSpec,
  from: ThresholdSources,
): Promise<Thresholds> {
  if (spec.fmr !== undefined) return byFmr(context, spec, spec.fmr, from);
  if (spec.distance !== undefined) {
    const of = new Map(from.embeddings.embedded.map((position) => [position, spec.distance as number]));
    return { spec, of, steps: [], cached: false, result: { ...resultOf(spec, from.set, of), value: spec.distance } };
  }
  return byPercentile(context, spec, spec.percentile ?? 0, from);
}

/** One threshold for all but those whose identity set it. */
async function byFmr(
  context: RunContext,
  spec: ThresholdSpec,
  fmr: number,
  { set, queries, seed, embeddings }: ThresholdSources,
): Promise<Thresholds> {
  const { images } = set;
  const calibration = calibrationOf(images, queries, seed);
  const at = { images, embeddings, calibration, specPath: ['threshold', 'fmr'] };
  const { value: measured, cached } = await thresholdAtFmr(context, fmr, at, FMR_STEPS);
  const inUnit = (squared: number) => (spec.unit === 'l2' ? Math.sqrt(squared) : squared);
  const value = inUnit(measured.value);
  const steps = measured.steps.map((step) => ({ fmr: step.fmr, threshold: inUnit(step.value) }));
  const isSetAside = (position: number) => calibration.identities.has(itemAt(images, position).identity ?? '');
  const judged = embeddings.embedded.filter((position) => !isSetAside(position));
  const of = new Map(judged.map((position) => [position, value]));
  const { actualFmr, impostorPairs } = measured;
  const setAside = queries.filter(isSetAside).length;
  const used = { identities: calibration.identities.size, setAside };
  if (setAside > 0) context.warn(queriesSetAside(setAside, queries.length, used.identities));
  return {
    ...{ spec, of, steps, cached },
    result: { ...resultOf(spec, set, of), fmr, value, actualFmr, impostorPairs, calibration: used },
  };
}

async function byPercentile(
  context: RunContext,
  spec: ThresholdSpec,
  percentile: number,
  { set, embeddings }: ThresholdSources,
): Promise<Thresholds> {
  const images = itemsAt(set.images, embeddings.embedded);
  const from = {
    leftOut: 'copies',
    spec: { percentile, unit: spec.unit },
    model: embeddings.key,
    images: keyOf(images.map(({ hash, identity }) => [hash, identity])),
  };
  const { value, cached } = await cachedFacts(context, 'thresholds', from, async () =>
    thresholdsByIdentity(embeddings.vectors, images, { percentile, unit: spec.unit }),
  );
  const of = new Map(embeddings.embedded.flatMap((position, row) => entryOf(position, itemAt(value, row))));
  if (of.size === 0) throw new Halt(noPairs(spec));
  return { spec, of, steps: [], cached, result: resultOf(spec, set, of) };
}

/** Some identities at a time: a threshold is of distances within one. */
async function thresholdsByIdentity(
  vectors: VectorSource,
  images: readonly ThresholdImage[],
  by: { readonly percentile: number; readonly unit: DistanceUnit },
): Promise<(number | null)[]> {
  const all = images.map((): number | null => null);
  for (const rows of groupsOf(images, rowsIn(vectors.dimension))) {
    const some = itemsAt(images, rows);
    const thresholds = thresholdsOf(await vectors.rowsAt(rows), some, by);
    for (const [n, row] of rows.entries()) all[row] = itemAt(thresholds, n);
  }
  return all;
}

/** Rows by whole identities, about so many at a time, ascending; those of nobody are left out. */
function groupsOf(images: readonly ThresholdImage[], most: number): number[][] {
  const groups: number[][] = [];
  let open: number[] = [];
  for (const own of rowsByIdentity(images).values()) {
    if (open.length === 0) groups.push(open);
    for (const row of own) open.push(row);
    if (open.length >= most) open = [];
  }
  return groups.map((group) => group.sort((a, b) => a - b));
}

/** The distances of each query to the other photographs of its person, which percentiles are taken of. */
export async function genuineOfQueries(
  unit: DistanceUnit,
  { set, queries, embeddings: { vectors, embedded } }: ThresholdSources,
): Promise<GenuineOfQueries> {
  const images = itemsAt(set.images, embedded);
  const placeOf = new Map(queries.map((position, place) => [position, place]));
  const found: (Float64Array | undefined)[] = queries.map(() => undefined);
  for (const rows of groupsOf(images, rowsIn(vectors.dimension))) {
    const places = rows.map((row) => placeOf.get(itemAt(embedded, row)));
    if (places.every((place) => place === undefined)) continue;
    const distancesOf = genuineDistances(await vectors.rowsAt(rows), itemsAt(images, rows), unit);
    for (const [n, place] of places.entries()) {
      if (place !== undefined) found[place] = Float64Array.from(distancesOf(n)).sort();
    }
  }
  const ends = new Int32Array(queries.length);
  let end = 0;
  for (const [place, own] of found.entries()) {
    end += own?.length ?? 0;
    ends[place] = end;
  }
  const distances = new Float64Array(end);
  for (const [place, own] of found.entries()) if (own) distances.set(own, itemAt(ends, place) - own.length);
  return { distances, ends };
}

function entryOf(position: number, threshold: number | null): [number, number][] {
  return threshold === null ? [] : [[position, threshold]];
}

function resultOf(spec: ThresholdSpec, set: ImageSet, of: Thresholds['of']): Thresholds['result'] {
  const values = [...of.values()];
  return {
    model: spec.model,
    percentile: spec.percentile ?? null,
    unit: spec.unit,
    queries: of.size,
    excluded: set.images.length - of.size,
    median: medianOf(values),
    histogram: histogramOf(values),
  };
}

function noPairs({ model }: ThresholdSpec) {
  return {
    code: 'threshold-no-pairs',
    message: `No identity has two different photographs that ${model} can embed: there is no distance to take a percentile of`,
    specPath: ['threshold'],
    hint: 'A threshold needs two photographs of somebody, which are no copies. Check that the data set says whose each image is.',
  };
}

function queriesSetAside(setAside: number, queries: number, identities: number) {
  return {
    code: 'queries-set-aside',
    message: `Every identity is queried: the threshold is set by ${count(identities)} of them, drawn by seed, and their ${count(setAside)} of ${count(queries)} queries are not judged`,
    specPath: ['threshold', 'fmr'],
    hint: 'Query fewer people, `queries: {sample: 1000}`, and nobody who is queried sets the threshold.',
  };
}
