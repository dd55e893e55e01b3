import {
  type Counted,
  count,
  decimal,
  interval,
  intervalOf,
  percent,
  points,
  pointsInterval,
  type WhiteBox,
} from '../../../server/src/protocol/figure-text.js';
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

/**
 * One column where it is shown and two, its ends, where it is saved as figures, of each of the two intervals. `path`
 * leads to the rate's.
 */
export function intervalColumns<Row>(counted: (row: Row) => Counted | null | undefined, path?: string): Column<Row>[] {
  return [
    {
      label: '95 % interval',
      numeric: true,
      only: 'read',
      value: () => null,
      show: (row) => interval(intervalOf(counted(row))),
      ...meant(path),
    },
    { label: '95 % from', only: 'figures', value: (row) => counted(row)?.ci95?.[0] ?? null },
    { label: '95 % to', only: 'figures', value: (row) => counted(row)?.ci95?.[1] ?? null },
    { label: '95 % by identity from', only: 'figures', value: (row) => counted(row)?.ci95ByIdentity?.[0] ?? null },
    { label: '95 % by identity to', only: 'figures', value: (row) => counted(row)?.ci95ByIdentity?.[1] ?? null },
    { label: 'By identity', only: 'figures', value: (row) => counted(row)?.byIdentity ?? null },
  ];
}

/** A difference of shares. */
export function pointsColumn<Row>(label: string, value: (row: Row) => number | null, path?: string): Column<Row> {
  return { label, numeric: true, value, show: (row) => points(value(row)), ...meant(path) };
}

/** As `intervalColumns`, of a difference of shares, which has the one interval. */
export function pointsIntervalColumns<Row>(
  bounds: (row: Row) => readonly [number, number] | null | undefined,
  path?: string,
): Column<Row>[] {
  return [
    {
      label: 'Between',
      numeric: true,
      only: 'read',
      value: () => null,
      show: (row) => pointsInterval(bounds(row)),
      ...meant(path),
    },
    { label: 'Between, from', only: 'figures', value: (row) => bounds(row)?.[0] ?? null },
    { label: 'Between, to', only: 'figures', value: (row) => bounds(row)?.[1] ?? null },
  ];
}

const WHITE_BOX_CELLS: Readonly<Record<string, string>> = { true: 'yes', unknown: 'not known' };

/** Beside a rate on the page stands a tag; a file has a column of its own for it. */
export function whiteBoxColumn<Row>(value: (row: Row) => WhiteBox, path: string): Column<Row> {
  return {
    label: 'White-box',
    only: 'saved',
    value,
    text: (row) => WHITE_BOX_CELLS[String(value(row))] ?? 'no',
    ...meant(path),
  };
}

function meant(path: string | undefined): { readonly meaning?: string } {
  return path === undefined ? {} : { meaning: meaningOf(path) };
}
