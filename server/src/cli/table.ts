import Table from 'cli-table3';

/** Without colours, which pipes and logs do not show. */
const PLAIN = { head: [], border: [] };
/** What a border and its padding take of each column. */
const FRAME = 3;
/** A column is not made narrower than this: what does not fit then runs over. */
const NARROWEST = 8;

/** Rows under a head, in a frame. In a terminal the widest columns are wrapped until the table fits into its width. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width = terminalWidth(),
): string {
  const widths = fitted(naturalWidths(head, rows), width - head.length * FRAME - 1);
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
  return head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
}

/** Takes from the widest column, one by one, until all of them fit. */
function fitted(widths: number[], room: number): number[] {
  const total = widths.reduce((sum, width) => sum + width, 0);
  const widest = Math.max(...widths);
  if (total <= room || widest <= NARROWEST) return widths;
  return fitted(widths.with(widths.indexOf(widest), widest - 1), room);
}
