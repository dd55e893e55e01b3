import { type CsvValue, csvText } from '../../protocol/csv.js';
import { type Cell, cellOf, cellText, figureOf, type RunColumn } from '../../protocol/runs/table/columns.js';
import type { RunRow } from '../../protocol/runs/table/run-row.js';
import { visibleText } from '../../protocol/visible-text.js';

/** How a table is printed; as text for a person where none is asked for. */
export interface FormatOptions {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly md?: boolean;
}

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

/** A table of GitHub's Markdown; what names hold beside text is made visible, and no sign of theirs is one of Markdown's. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  return [line(head), `| ${head.map(() => '---').join(' | ')} |`, ...rows.map(line)].join('\n');
}

function markdownText(text: string): string {
  return visibleText(text.replace(/\s+/g, ' ')).replace(/[\\`*_{}[\]<>#|~&]/g, '\\$&');
}

export function textRow(row: RunRow, columns: readonly RunColumn[]): string[] {
  return columns.map((column) => cellText(row, column));
}

/** Written as it is: a document, not words for a terminal. */
export function printDocument(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  printDocument(JSON.stringify(value, null, 2));
}
