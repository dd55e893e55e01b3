import { count, decimal, interval, percent } from '../../../server/src/protocol/figure-text.js';
import type { Column } from './data-table.js';

/** Columns of figures: shown as people read them, saved in full precision. */

export function countColumn<Row>(label: string, value: (row: Row) => number | null): Column<Row> {
  return { label, numeric: true, value, show: (row) => count(value(row)) };
}

export function rateColumn<Row>(label: string, value: (row: Row) => number | null): Column<Row> {
  return { label, numeric: true, value, show: (row) => percent(value(row)) };
}

export function decimalColumn<Row>(label: string, digits: number, value: (row: Row) => number | null): Column<Row> {
  return { label, numeric: true, value, show: (row) => decimal(value(row), digits) };
}

/** One column where it is shown and two, its ends, where it is saved. */
export function intervalColumns<Row>(value: (row: Row) => readonly [number, number] | null): Column<Row>[] {
  return [
    {
      label: '95 % interval',
      numeric: true,
      only: 'shown',
      value: () => null,
      show: (row) => interval(value(row)),
    },
    { label: '95 % from', only: 'saved', value: (row) => value(row)?.[0] ?? null },
    { label: '95 % to', only: 'saved', value: (row) => value(row)?.[1] ?? null },
  ];
}
