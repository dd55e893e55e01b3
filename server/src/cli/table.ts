import Table from 'cli-table3';

/** Without colours, which pipes and logs do not show. */
const PLAIN = { head: [], border: [] };
/** What a border and its padding take of each column. */
const FRAME = 3;
/** Rows under a head, in a frame. In a terminal the widest columns are wrapped until the table fits into its width. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width = terminalWidth(),
): string {
  const widths = fitted(naturalWidths(head, rows), leastWidths(head, rows), width - head.length * FRAME - 1);
  const table = new Table({
    head: [...head],
    colWidths: widths.map((column) => column + 2),
    wordWrap: true,
    style: PLAIN,
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

function terminalWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
}

function naturalWidths(head: readonly string[], rows: readonly (readonly string[])[]): number[] {
  return longest(head, rows, (text) => text.length);
}

/** A column is as wide as its longest word at the least: names stay whole. */
function leastWidths(head: readonly string[], rows: readonly (readonly string[])[]): number[] {
  return longest(head, rows, (text) => Math.max(...text.split(/\s+/).map((word) => word.length)));
}

function longest(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  lengthOf: (text: string) => number,
): number[] {
  return head.map((title, column) => Math.max(lengthOf(title), ...rows.map((row) => lengthOf(row[column]))));
}

/** Takes from the widest column that can still be wrapped, one by one, until all of them fit. */
function fitted(widths: number[], least: readonly number[], room: number): number[] {
  const total = widths.reduce((sum, width) => sum + width, 0);
  const spare = widths.map((width, column) => (width > least[column] ? width : 0));
  const widest = Math.max(...spare);
  if (total <= room || widest === 0) return widths;
  return fitted(widths.with(spare.indexOf(widest), widest - 1), least, room);
}
