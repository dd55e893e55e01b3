import type { Matrix, Neighbours } from '../../plugins/declare.js';
import { itemAt } from '../../protocol/item-at.js';
import { drawIndices } from '../../runner/random.js';
import { squaredDistance } from './squared-distance.js';

/** Two rows, the lower first, and squared L2 between them. */
export interface RowPair {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

export interface RowsOfPeople {
  readonly vectors: Matrix;
  /** Number of the person of each row. */
  readonly person: Int32Array;
  /** Of each row what equals another's where both are one photograph. */
  readonly hashes: readonly string[];
}

/** So many pairs are compared one by one, where a search does not look far enough. */
const MOST_COMPARED = 2_000_000;

/**
 * The nearest pairs of rows of two people, copies of one photograph aside. `found` are the nearest others of each row: a
 * pair that neither of its rows names is further than the last that either names. So rows whose last is nearer than the
 * last pair of the list are compared with those of other people, and where that is too many pairs, the list may not be exact.
 */
export function nearestImpostors(
  rows: RowsOfPeople,
  { k, ids, distances }: Neighbours,
  most: number,
  mostCompared = MOST_COMPARED,
): { readonly pairs: readonly RowPair[]; readonly exact: boolean } {
  const { person, hashes, vectors } = rows;
  const pairs = new Map<number, RowPair>();
  const put = (a: number, b: number, distance: number) => {
    if (a > b) return put(b, a, distance);
    if (person[a] === person[b] || hashes[a] === hashes[b]) return;
    pairs.set(a * person.length + b, { a, b, distance });
  };
  for (let at = 0; at < ids.length; at++) {
    const other = ids[at] as number;
    if (other >= 0) put(Math.floor(at / k), other, distances[at] as number);
  }
  const last = nearestFirst(pairs.values())[most - 1]?.distance ?? Number.POSITIVE_INFINITY;
  // A row that names all others leaves none to be looked for.
  const namesAll = k >= person.length - 1;
  const isCrowded = (row: number) => !namesAll && (distances[(row + 1) * k - 1] as number) <= last;
  const people = new Map<number, number[]>();
  for (const row of person.keys()) {
    if (!isCrowded(row)) continue;
    const own = people.get(person[row] as number) ?? [];
    people.set(person[row] as number, own);
    own.push(row);
  }
  const crowded = [...people.values()];
  const exact = pairsBetween(crowded.map(({ length }) => length)) <= mostCompared;
  for (const [n, own] of exact ? crowded.entries() : []) {
    const others = crowded.slice(n + 1).flat();
    for (const a of own) {
      for (const b of others) {
        const distance = squaredDistance(vectors, a, vectors, b);
        if (distance <= last) put(a, b, distance);
      }
    }
  }
  return { pairs: nearestFirst(pairs.values()).slice(0, most), exact };
}

/** Pairs of two of different groups. */
function pairsBetween(sizes: readonly number[]): number {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  return (all ** 2 - sizes.reduce((sum, size) => sum + size ** 2, 0)) / 2;
}

function nearestFirst(pairs: Iterable<RowPair>): RowPair[] {
  return [...pairs].sort((a, b) => a.distance - b.distance || a.a - b.a || a.b - b.b);
}

/** Of each person the pair of rows that are furthest apart; undefined of one who has a single row. */
export function furthestOfEach(
  vectors: Matrix,
  people: readonly (readonly number[])[],
  mostPairs: number,
): { readonly worst: readonly (RowPair | undefined)[]; readonly most: number; readonly partly: number } {
  const most = mostCompared(
    people.map(({ length }) => length),
    mostPairs,
  );
  const worst = people.map((rows) => furthest(vectors, drawn(rows, most)));
  return { worst, most, partly: people.filter(({ length }) => length > most).length };
}

/** So many of a person's rows that the pairs of all people together are not more than wanted; two at least. */
function mostCompared(sizes: readonly number[], mostPairs: number): number {
  let most = sizes.reduce((largest, size) => Math.max(largest, size), 2);
  const pairs = () => sizes.reduce((sum, size) => sum + (Math.min(size, most) * (Math.min(size, most) - 1)) / 2, 0);
  while (most > 2 && pairs() > mostPairs) most = Math.max(2, Math.floor(most / 2));
  return most;
}

/** So many of some rows, drawn by a fixed seed. */
export function drawn(rows: readonly number[], most: number): readonly number[] {
  return rows.length <= most ? rows : drawIndices(rows.length, most, 1).map((n) => itemAt(rows, n));
}

function furthest(vectors: Matrix, rows: readonly number[]): RowPair | undefined {
  let worst: RowPair | undefined;
  for (const [n, a] of rows.entries()) {
    for (const b of rows.slice(n + 1)) {
      const distance = squaredDistance(vectors, a, vectors, b);
      if (!worst || distance > worst.distance) worst = { a, b, distance };
    }
  }
  return worst;
}
