import { setImmediate } from 'node:timers/promises';
import type { Matrix } from '../../../plugins/declare.js';
import { rowsIn } from '../../../plugins/matrix.js';
import type { Results } from '../../../protocol/results.js';
import { FineBins, type FineHistogram } from '../../../statistics/fine-bins.js';
import { meanOf } from '../../../statistics/percentile.js';
import { cachedFacts } from '../../../store/cache/cached-facts.js';
import { keyOf } from '../../../store/files.js';
import { type RunContext, workContext } from '../../context.js';
import { withCores } from '../../cores.js';
import { vectorAt } from '../../figures/distance.js';
import type { ModelEmbeddings } from '../embed-images.js';
import type { ImageSet } from '../list-images.js';
import type { Thresholds } from './measure-thresholds.js';
import { distancesTo, type Photographs, photographsOf, withVectors } from './verification-pairs.js';

/** How many strangers a threshold lets in: its operating point. */
export interface Strangers {
  readonly result: NonNullable<NonNullable<Results['threshold']>['strangers']>;
  /** By position: the share of other people's images within the query's threshold. */
  readonly of: ReadonlyMap<number, number>;
  /** All of their distances to the queries, in the threshold's unit. */
  readonly distances: FineHistogram;
  readonly cached: boolean;
}

export interface StrangerSources {
  readonly set: ImageSet;
  /** Positions of the queried images. */
  readonly queries: readonly number[];
  readonly thresholds: Thresholds;
  readonly embeddings: ModelEmbeddings;
}

/**
 * Counts for each query with a threshold, whose identity is known, the images of other identities that lie within it,
 * by the model that judges. Copies are one image, and one that stands under two identities is no stranger's.
 */
export async function measureStrangers(context: RunContext, from: StrangerSources): Promise<Strangers> {
  const { set, queries, thresholds, embeddings } = from;
  const asked = queries.filter((position) => thresholds.of.has(position) && set.images[position]!.identity !== null);
  const key = {
    kept: 'shares, distances',
    model: embeddings.key,
    unit: thresholds.spec.unit,
    images: keyOf(set.images.map(({ hash, identity }) => [hash, identity])),
    embedded: keyOf(embeddings.embedded),
    queries: keyOf(asked.map((position) => [position, thresholds.of.get(position)])),
  };
  const { value, cached } = await cachedFacts(context, 'strangers', key, () =>
    withCores(context, () => count(context, asked, from)),
  );
  const { shares: within, distances } = value;
  const of = new Map(asked.flatMap((position, n) => (within[n] === null ? [] : [[position, within[n]!]])));
  const shares = [...of.values()];
  const worst = shares.length === 0 ? null : shares.reduce((most, share) => Math.max(most, share));
  return { result: { queries: of.size, mean: meanOf(shares), worst }, of, distances, cached };
}

async function count(
  context: RunContext,
  asked: readonly number[],
  { set: { images }, thresholds, embeddings: { model, vectors, embedded } }: StrangerSources,
): Promise<{ shares: (number | null)[]; distances: FineHistogram }> {
  const rowOf = new Map(embedded.map((position, row) => [position, row]));
  const photographs = photographsOf(images, new Map(embedded.map((position, row) => [images[position]!.hash, row])));
  const { rows } = withVectors(photographs);
  const ranges = rangesOf(photographs);
  const queries = asked.map((position) => ({
    row: rowOf.get(position)!,
    own: ranges.get(images[position]!.identity!) ?? ([0, 0] as const),
    limit: thresholds.of.get(position)!,
  }));
  const within = new Float64Array(queries.length);
  const bins = new FineBins();
  const { signal, progress } = workContext(context, 'threshold', model.name);
  const inUnit = thresholds.spec.unit === 'l2' ? Math.sqrt : (distance: number) => distance;
  const step = rowsIn(vectors.dimension);
  let done = 0;
  for (let first = 0; first < rows.length; first += step) {
    const end = Math.min(rows.length, first + step);
    const others = await vectors.rowsAt(rows.subarray(first, end));
    const distances = new Float64Array(others.rows);
    for (let from = 0; from < queries.length; from += step) {
      const some = queries.slice(from, from + step);
      const own = await vectors.rowsAt(some.map(({ row }) => row));
      for (const [n, query] of some.entries()) {
        within[from + n]! += strangersIn(vectorAt(own, n), query, others, first, { distances, inUnit, bins });
        done += others.rows;
        if (n % 64 > 0) continue;
        progress(done, queries.length * rows.length);
        await setImmediate();
        signal.throwIfAborted();
      }
    }
  }
  const shares = queries.map(({ own: [from, to] }, n) => {
    const strangers = rows.length - (to - from);
    return strangers === 0 ? null : within[n]! / strangers;
  });
  return { shares, distances: bins.histogram() };
}

/** Where the photographs of each identity stand among those that have a vector. */
function rangesOf({ rows, ends, identities }: Photographs): Map<string, readonly [from: number, to: number]> {
  let [photograph, kept] = [0, 0];
  const ranges = identities.map((identity) => {
    const from = kept;
    for (const end = ends[photograph]!; photograph < end; photograph++) if (rows[photograph]! >= 0) kept += 1;
    return [identity, [from, kept] as const] as const;
  });
  return new Map(ranges);
}

interface Asked {
  readonly limit: number;
  /** Its identity's range, in which nobody is a stranger. */
  readonly own: readonly [from: number, to: number];
}

/** How many of a block of photographs, which begins at `first`, are of other identities and within the limit. */
function strangersIn(
  vector: Float32Array,
  { limit, own: [from, to] }: Asked,
  others: Matrix,
  first: number,
  { distances, inUnit, bins }: { distances: Float64Array; inUnit: (squared: number) => number; bins: FineBins },
): number {
  distancesTo(vector, others, 0, others.rows, distances);
  let within = 0;
  for (let n = 0; n < others.rows; n++) {
    if (first + n >= from && first + n < to) continue;
    const distance = inUnit(distances[n]!);
    bins.add(distance);
    if (distance <= limit) within += 1;
  }
  return within;
}
