import type { z } from 'zod';
import type { QueryTableRow, querySelectionSchema } from '../protocol/runs/query-page.js';

export type Selection = z.output<typeof querySelectionSchema>;
type Sorting = Selection['sort'];

/** The rows that a filter leaves, in the order asked for; rows without such a value come last. */
export function selectQueries(rows: readonly QueryTableRow[], { filter, sort }: Selection): QueryTableRow[] {
  return rows.filter((row) => passes(row, filter)).sort((a, b) => compare(a, b, sort) || order(a.id, b.id));
}

function passes({ id, identity, correct }: QueryTableRow, filter: Selection['filter']): boolean {
  if (filter.correct !== undefined && correct !== filter.correct) return false;
  const wanted = filter.text?.toLowerCase();
  return !wanted || id.toLowerCase().includes(wanted) || (identity?.toLowerCase().includes(wanted) ?? false);
}

function compare(a: QueryTableRow, b: QueryTableRow, { by, descending }: Sorting): number {
  const [left, right] = [a[by], b[by]];
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return descending ? -order(left, right) : order(left, right);
}

/** By code units, so that the order is the same whatever the machine's language. */
function order(a: string | number | boolean, b: string | number | boolean): number {
  return a < b ? -1 : Number(a > b);
}
