import { count, decimal, interval, percent } from '../../../server/src/protocol/figure-text.js';
import { metaOf, schemaAt } from '../../../server/src/protocol/results/schema-walk.js';
import { resultsSchema } from '../../../server/src/protocol/results.js';
import type { Column } from './data-table.js';

/** What a figure of `results.json` means, as its schema says: `accuracy.*.top.*.rate`. */
export function meaningOf(path: string): string | undefined {
  return metaOf(schemaAt(resultsSchema, path)).description;
}

/** Columns of figures: shown as people read them, saved in full precision. `path` leads to what the figure means. */

export function countColumn<Row>(label: string, value: (row: Row) => number | null, path?: string): Column<Row> {
  return { label, numeric: true, value, show: (row) => count(value(row)), ...meant(path) };
}

export function rateColumn<Row>(label: string, value: (row: Row) => number | null, path?: string): Column<Row> {
  return { label, numeric: true, value, show: (row) => percent(value(row)), ...meant(path) };
}

export function decimalColumn<Row>(
  label: string,
  digits: number,
  value: (row: Row) => number | null,
  path?: string,
): Column<Row> {
  return { label, numeric: true, value, show: (row) => decimal(value(row), digits), ...meant(path) };
}

/** One column where it is shown and two, its ends, where it is saved as figures. */
export function intervalColumns<Row>(
  value: (row: Row) => readonly [number, number] | null,
  path?: string,
): Column<Row>[] {
  return [
    {
      label: '95 % interval',
      numeric: true,
      only: 'read',
      value: () => null,
      show: (row) => interval(value(row)),
      ...meant(path),
    },
    { label: '95 % from', only: 'figures', value: (row) => value(row)?.[0] ?? null },
    { label: '95 % to', only: 'figures', value: (row) => value(row)?.[1] ?? null },
  ];
}

/** Beside a rate on the page stands a tag; a file has a column of its own for it. */
export function whiteBoxColumn<Row>(value: (row: Row) => boolean, path: string): Column<Row> {
  return {
    label: 'White-box',
    only: 'saved',
    value,
    text: (row) => (value(row) ? 'yes' : 'no'),
    ...meant(path),
  };
}

function meant(path: string | undefined): { readonly meaning?: string } {
  return path === undefined ? {} : { meaning: meaningOf(path) };
}
