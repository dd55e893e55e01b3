import type { Neighbours } from '../../plugins/declare.js';

/** recall@k: the share of the true k nearest rows that were found, over all queries. */
export function recallAgainst(exact: Neighbours, found: Neighbours): number {
  const queries = exact.ids.length / exact.k;
  let hits = 0;
  let wanted = 0;
  for (let query = 0; query < queries; query++) {
    const truth = rowsOf(exact, query);
    const got = new Set(rowsOf(found, query));
    wanted += truth.length;
    hits += truth.filter((row) => got.has(row)).length;
  }
  return wanted === 0 ? 1 : hits / wanted;
}

function rowsOf({ ids, k }: Neighbours, query: number): number[] {
  return [...ids.subarray(query * k, (query + 1) * k)].filter((row) => row >= 0);
}
