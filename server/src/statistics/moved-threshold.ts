import { percentileOfSorted } from './percentile.js';

/*
 * What a run’s robustness would be at another threshold. A query is eligible from a threshold on, and a version of it is
 * found from a threshold on: so each is a number, and to count them is to look up a place in a sorted array.
 */

/** By query, in one order. NaN where it could not be judged, infinity where no threshold is large enough. */
export interface JudgedDistances {
  /** From which threshold on the query is eligible: the distance of the `minValid`th nearest result of its original. */
  readonly needed: Float64Array;
  /** The distance of the nearest result of each version, the original’s among them. */
  readonly nearest: ReadonlyMap<string, Float64Array>;
  /** Perturbations that must all have been judged for a query to count in `all`. */
  readonly together: readonly string[];
}

export interface FoundAt {
  readonly count: number;
  readonly of: number;
}

export interface RobustnessAt {
  readonly eligible: number;
  readonly withValid: ReadonlyMap<string, FoundAt>;
  /** Queries that every perturbation finds; undefined where there is none. */
  readonly all: FoundAt | undefined;
}

interface Version {
  /** Ascending: from where on a query that could be judged as it counts, and from where on it is found. */
  readonly counts: Float64Array;
  readonly found: Float64Array;
}

/** Sorts once; any threshold after that takes a binary search a version. */
export class MovedThreshold {
  private readonly eligible: Float64Array;
  private readonly versions: ReadonlyMap<string, Version>;
  private readonly all: Version | undefined;

  constructor({ needed, nearest, together }: JudgedDistances) {
    this.eligible = sorted(needed);
    this.versions = new Map([...nearest].map(([name, distances]) => [name, versionOf(needed, distances)]));
    const perturbed = together.map((name) => nearest.get(name) ?? new Float64Array(needed.length).fill(Number.NaN));
    this.all = perturbed.length === 0 ? undefined : versionOf(needed, farthest(perturbed));
  }

  at(threshold: number): RobustnessAt {
    const of = (version: Version): FoundAt => ({
      count: countUpTo(version.found, threshold),
      of: countUpTo(version.counts, threshold),
    });
    return {
      eligible: countUpTo(this.eligible, threshold),
      withValid: new Map([...this.versions].map(([name, version]) => [name, of(version)])),
      all: this.all && of(this.all),
    };
  }
}

function versionOf(needed: Float64Array, nearest: Float64Array): Version {
  const isJudged = (_: number, n: number) => !Number.isNaN(nearest[n]);
  const found = needed.map((from, n) => Math.max(from, nearest[n]!));
  return { counts: sorted(needed.filter(isJudged)), found: sorted(found) };
}

/** Of each query that all of them judge, where the last one begins to find it. */
function farthest(versions: readonly Float64Array[]): Float64Array {
  return versions.reduce((all, one) => all.map((distance, n) => Math.max(distance, one[n]!)));
}

/** Ascending, without those that are no number. */
export function sorted(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value)).sort();
}

/** How many of an ascending array are not above a value. */
export function countUpTo(ascending: ArrayLike<number>, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The distances of each query to the other photographs of its person, ascending; `ends` says where each query’s end. */
export interface GenuineOfQueries {
  readonly distances: Float64Array;
  readonly ends: Int32Array;
}

/**
 * For each query the first of ascending percentiles whose threshold a distance is not above; infinity where it is above
 * all of them. What is NaN stays so, and a query without a photograph of its person beside it has no threshold.
 */
export function percentilesOf(
  distances: Float64Array,
  { distances: genuine, ends }: GenuineOfQueries,
  percentiles: readonly number[],
): Float64Array {
  return distances.map((distance, query) => {
    const [start, end] = [query === 0 ? 0 : ends[query - 1]!, ends[query]!];
    if (Number.isNaN(distance) || end <= start) return Number.NaN;
    if (distance > genuine[end - 1]!) return Number.POSITIVE_INFINITY;
    let [low, high] = [0, percentiles.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (percentileOfSorted(genuine, percentiles[middle]!, start, end) >= distance) high = middle;
      else low = middle + 1;
    }
    return percentiles[low] ?? Number.POSITIVE_INFINITY;
  });
}

/** The threshold of each query at a percentile, of those that have one. */
export function thresholdsAt({ distances, ends }: GenuineOfQueries, percentile: number): Float64Array {
  const thresholds = new Float64Array(ends.length);
  let [start, count] = [0, 0];
  for (const end of ends) {
    if (end > start) thresholds[count++] = percentileOfSorted(distances, percentile, start, end);
    start = end;
  }
  return thresholds.subarray(0, count);
}

/** Between which bounds the share of values up to a threshold lies, of which only bins are known. */
export function shareUpTo(
  { from, to, counts }: { from: ArrayLike<number>; to: ArrayLike<number>; counts: ArrayLike<number> },
  threshold: number,
): readonly [least: number, most: number] | null {
  let [total, least, most] = [0, 0, 0];
  for (let n = 0; n < counts.length; n++) {
    total += counts[n]!;
    // A bin does not hold its upper edge.
    if (to[n]! <= threshold) least += counts[n]!;
    if (from[n]! <= threshold) most += counts[n]!;
  }
  return total === 0 ? null : [least / total, most / total];
}
