import { type CsvValue, csvText } from '../../csv.js';
import { type Cell, cellOf, figureOf, type RunColumn } from './columns.js';
import type { RunRow } from './run-row.js';

/** Numbers in full precision, the bounds of a figure's interval and who evaluated it in columns of their own. */
export function csvOf(rows: readonly RunRow[], columns: readonly RunColumn[]): string {
  const parts = columns.flatMap((column) => csvColumns(column, rows));
  return csvText(
    parts.map(({ head }) => head),
    rows.map((row) => parts.map(({ value }) => value(row))),
  );
}

interface CsvColumn {
  readonly head: string;
  readonly value: (row: RunRow) => CsvValue;
}

function csvColumns({ path, figure }: RunColumn, rows: readonly RunRow[]): CsvColumn[] {
  const own = { head: path, value: (row: RunRow): Cell => cellOf(row, path) };
  if (!figure) return [own];
  const measured = rows.flatMap((row) => figureOf(row, path) ?? []);
  const bound = (n: 0 | 1, head: string) => ({
    head,
    value: (row: RunRow) => figureOf(row, path)?.interval?.[n] ?? null,
  });
  const box = { head: `${path} white-box`, value: (row: RunRow) => figureOf(row, path)?.whiteBox ?? null };
  return [
    own,
    ...(measured.some(({ interval }) => interval) ? [bound(0, `${path} from`), bound(1, `${path} to`)] : []),
    ...(measured.some(({ whiteBox }) => whiteBox) ? [box] : []),
  ];
}
