import Table from 'cli-table3';
import { itemAt } from '../protocol/item-at.js';

/** Without colours, which pipes and logs do not show. */
const PLAIN = { head: [], border: [] };
/** What a border and its padding take of each column. */
const FRAME = 3;

/**
 * Rows under a head, in a frame. In a terminal the widest columns are wrapped until the table fits into its width; where
 * words are too long for that, the cells of each row stand below each other, each behind its title.
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width = terminalWidth(),
): string {
  const room = width - head.length * FRAME - 1;
  const least = leastWidths(head, rows);
  if (sum(least) > room) return stacked(head, rows, width);
  const widths = fitted(naturalWidths(head, rows), least, room);
  const table = new Table({
    head: [...head],
    colWidths: widths.map((column) => column + 2),
    wordWrap: true,
    style: PLAIN,
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** A block a row, whose first cell heads it: names stay whole. */
function stacked(head: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const titles = Math.max(...head.map((title) => title.length));
  const blocks = rows.map(([first = '', ...cells]) => {
    const lines = cells.map((cell, n) => `  ${itemAt(head, n + 1).padEnd(titles)}  ${cell}`.trimEnd());
    return [...wrapped(first, width, 0), ...lines.flatMap((line) => wrapped(line, width, titles + 4))].join('\n');
  });
  return blocks.join('\n');
}

/** Broken between words, each further line below the first one's text; a word is never broken. */
function wrapped(line: string, width: number, indent: number): string[] {
  const at = line.lastIndexOf(' ', width);
  if (line.length <= width || at <= indent) return [line];
  return [line.slice(0, at), ...wrapped(' '.repeat(indent) + line.slice(at + 1), width, indent)];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
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
  return head.map((title, column) => Math.max(lengthOf(title), ...rows.map((row) => lengthOf(row[column] ?? ''))));
}

/** Takes from the widest column that can still be wrapped, one by one, until all of them fit. */
function fitted(widths: number[], least: readonly number[], room: number): number[] {
  const total = sum(widths);
  const spare = widths.map((width, column) => (width > itemAt(least, column) ? width : 0));
  const widest = Math.max(...spare);
  if (total <= room || widest === 0) return widths;
  return fitted(widths.with(spare.indexOf(widest), widest - 1), least, room);
}
