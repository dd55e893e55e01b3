import type { Matrix } from '../../../server/src/plugins/declare.js';
import { selectRows } from '../../../server/src/plugins/matrix.js';
import { clusteredVectors, peopleOf } from '../pairs-counted/vectors.js';

/** What is searched, and what for. */
export interface Searched {
  readonly gallery: Matrix;
  readonly queries: Matrix;
}

/** Vectors that are drawn by people, made up where nothing else is said; queries are taken out of the people who are searched. */
export function clusteredQueries(
  rows: number,
  dimension: number,
  queries: number,
  draw: (ends: Int32Array, dimension: number) => Matrix = clusteredVectors,
): Searched {
  const all = draw(peopleOf(rows + queries), dimension);
  const every = Math.floor(all.rows / queries);
  const isQuery = (row: number) => row % every === 0 && row < every * queries;
  const pick = (isWanted: (row: number) => boolean, count: number): Matrix => {
    const rowsOf = Array.from({ length: all.rows }, (_, row) => row).filter(isWanted);
    return selectRows(all, rowsOf.slice(0, count));
  };
  return { gallery: pick((row) => !isQuery(row), rows), queries: pick(isQuery, queries) };
}
