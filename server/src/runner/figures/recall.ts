import type { Neighbours } from '../../plugins/declare.js';

/**
 * recall@k: the share of the true k nearest rows that were found, over all queries. `contentOf` tells rows apart: of
 * copies, which are equally near, one is as good as another, and each counts once.
 */
export function recallAgainst(
  exact: Neighbours,
  found: Neighbours,
  contentOf: (row: number) => number | string = (row) => row,
): number {
  const queries = exact.ids.length / exact.k;
  let hits = 0;
  let wanted = 0;
  for (let query = 0; query < queries; query++) {
    const truth = rowsOf(exact, query).map(contentOf);
    const left = new Map<number | string, number>();
    for (const content of rowsOf(found, query).map(contentOf)) left.set(content, (left.get(content) ?? 0) + 1);
    wanted += truth.length;
    for (const content of truth) {
      const times = left.get(content) ?? 0;
      if (times > 0) hits += 1;
      left.set(content, times - 1);
    }
  }
  return wanted === 0 ? 1 : hits / wanted;
}

function rowsOf({ ids, k }: Neighbours, query: number): number[] {
  return [...ids.subarray(query * k, (query + 1) * k)].filter((row) => row >= 0);
}
