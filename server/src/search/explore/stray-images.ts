import type { Matrix, Neighbours } from '../../plugins/declare.js';
import { inMemory } from '../../plugins/matrix.js';
import { itemAt } from '../../protocol/item-at.js';
import { nearestRows } from './nearest.js';
import type { Progress } from './progress.js';
import { squaredDistance } from './squared-distance.js';

/** A row that lies nearer to the mean of another person than to that of the other rows of its own. */
export interface StrayRow {
  readonly row: number;
  readonly own: number;
  /** Number of the other person. */
  readonly other: number;
  readonly otherDistance: number;
}

/** All stray rows, those first by which the difference is largest. A person with a single row has no mean beside it. */
export async function strayRows(
  vectors: Matrix,
  people: readonly (readonly number[])[],
  progress: Progress,
): Promise<StrayRow[]> {
  const means = meansOf(vectors, people);
  if (people.length < 2) return [];
  const found = await nearestRows(inMemory(means), inMemory(vectors), 2, progress);
  const strays = people.flatMap((rows, person) =>
    rows.length < 2 ? [] : rows.flatMap((row) => strayOf({ vectors, means, found, row, person, of: rows.length })),
  );
  return strays.sort((a, b) => b.own - b.otherDistance - (a.own - a.otherDistance) || a.row - b.row);
}

interface Looked {
  readonly vectors: Matrix;
  readonly means: Matrix;
  /** The nearest means of each row. */
  readonly found: Neighbours;
  readonly row: number;
  readonly person: number;
  /** Rows that the person has. */
  readonly of: number;
}

function strayOf({ vectors, means, found, row, person, of }: Looked): StrayRow[] {
  const named = [0, 1].map((n) => itemAt(found.ids, row * found.k + n));
  const other = named.find((one) => one !== person && one >= 0);
  if (other === undefined) return [];
  const otherDistance = squaredDistance(vectors, row, means, other);
  // The mean without the row itself: m' = m + (m − x)/(n − 1), so that x − m' = (x − m) n/(n − 1).
  const own = squaredDistance(vectors, row, means, person) * (of / (of - 1)) ** 2;
  return otherDistance < own ? [{ row, own, other, otherDistance }] : [];
}

function meansOf({ data, dimension }: Matrix, people: readonly (readonly number[])[]): Matrix {
  const means = new Float32Array(people.length * dimension);
  const sum = new Float64Array(dimension);
  for (const [person, rows] of people.entries()) {
    sum.fill(0);
    for (const row of rows) for (let i = 0; i < dimension; i++) sum[i]! += data[row * dimension + i] as number;
    for (let i = 0; i < dimension; i++) means[person * dimension + i] = (sum[i] as number) / rows.length;
  }
  return { data: means, rows: people.length, dimension };
}
