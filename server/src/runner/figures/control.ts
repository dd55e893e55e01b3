import type { Matrix } from '../../plugins/declare.js';
import type { DistanceUnit } from './distance.js';

/** Whose own results are judged by another's measure: everybody who was searched for as they are. */
export interface Stranger {
  readonly identity: string | null;
  /** Places of what their own photograph found. */
  readonly found: readonly number[];
}

/** A query, whose measure strangers' results are judged by. */
export interface ControlQuery {
  readonly identity: string | null;
  /** By the judging model. */
  readonly vector: Float32Array;
  readonly threshold: number;
  /** Places of its own photograph and of copies of it, which are no results of its. */
  readonly own: ReadonlySet<number>;
}

/** Of how many strangers, and how many of them have a result that is valid by the query's measure. */
export interface ControlCount {
  readonly count: number;
  readonly of: number;
}

/**
 * Embeddings of what was found, by the judging model, some at a time: each walk gives all of them again. A place may come
 * several times, once for each face.
 */
export interface FoundVectors {
  blocks(): AsyncIterable<{ readonly places: readonly number[]; readonly vectors: Matrix }>;
}

/** So many marks are held at once: who has found something, a byte a query and stranger. */
const MARKS = 64 * 2 ** 20;
/** After so many dimensions a distance is looked at whether it can still be near enough. */
const STEP = 16;

/**
 * How often somebody else's photograph “finds” a query's person: over all strangers, those of another identity, the
 * number of them with a result within the query's threshold of the query. It takes the distances of every query to every
 * image that anybody found, each once, most of them not to the end; no search and no embedding.
 */
export async function controlOf(
  queries: readonly ControlQuery[],
  strangers: readonly Stranger[],
  found: FoundVectors,
  unit: DistanceUnit,
  checkpoint: (done: number) => Promise<void> = async () => undefined,
): Promise<(ControlCount | null)[]> {
  const foundBy = invert(strangers);
  const all: (ControlCount | null)[] = [];
  const atOnce = Math.max(1, Math.floor(MARKS / Math.max(1, strangers.length)));
  for (let start = 0; start < queries.length; start += atOnce) {
    const some = queries.slice(start, start + atOnce);
    const marks = some.map(() => new Uint8Array(strangers.length));
    for await (const { places, vectors } of found.blocks()) {
      for (const [n, query] of some.entries()) {
        await checkpoint(start + n);
        markNear(query, places, vectors, unit, foundBy, marks[n]!);
      }
    }
    all.push(...some.map((query, n) => countOf(query, strangers, marks[n]!)));
  }
  return all;
}

function invert(strangers: readonly Stranger[]): Map<number, number[]> {
  const foundBy = new Map<number, number[]>();
  for (const [n, { found }] of strangers.entries()) {
    for (const place of found) {
      const finders = foundBy.get(place);
      if (finders) finders.push(n);
      else foundBy.set(place, [n]);
    }
  }
  return foundBy;
}

function markNear(
  { vector, threshold, own }: ControlQuery,
  places: readonly number[],
  { data, dimension }: Matrix,
  unit: DistanceUnit,
  foundBy: ReadonlyMap<number, readonly number[]>,
  marks: Uint8Array,
): void {
  for (const [row, place] of places.entries()) {
    if (own.has(place) || !isWithin(vector, data, row * dimension, threshold, unit)) continue;
    for (const stranger of foundBy.get(place) ?? []) marks[stranger] = 1;
  }
}

/** The verdict of `distanceBetween`, to the last bit: its sum only grows. */
function isWithin(a: Float32Array, data: Float32Array, at: number, limit: number, unit: DistanceUnit): boolean {
  let sum = 0;
  for (let i = 0; i < a.length; ) {
    for (const end = Math.min(a.length, i + STEP); i < end; i++) sum += (a[i]! - data[at + i]!) ** 2;
    if ((unit === 'l2' ? Math.sqrt(sum) : sum) > limit) return false;
  }
  return (unit === 'l2' ? Math.sqrt(sum) : sum) <= limit;
}

/** Null where there is no stranger, or it is not known who is one. */
function countOf(query: ControlQuery, strangers: readonly Stranger[], marks: Uint8Array): ControlCount | null {
  if (query.identity === null) return null;
  let [count, of] = [0, 0];
  for (const [n, { identity }] of strangers.entries()) {
    if (identity === null || identity === query.identity) continue;
    of += 1;
    count += marks[n]!;
  }
  return of === 0 ? null : { count, of };
}
