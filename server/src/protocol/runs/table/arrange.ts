import { fail, ok, type Result } from '../../errors.js';
import { readPath } from '../../figure-path.js';
import { type Cell, cellOf } from './columns.js';
import type { RunRow } from './run-row.js';

export interface SortKey {
  readonly path: string;
  readonly descending: boolean;
}

/** Rows in the order of the keys, the first before the others. Whatever has no value comes last, in either direction. */
export function sortedRows(rows: readonly RunRow[], keys: readonly SortKey[]): RunRow[] {
  const keyed = rows.map((row) => ({ row, cells: keys.map(({ path }) => cellOf(row, path)) }));
  keyed.sort((a, b) => {
    for (const [n, { descending }] of keys.entries()) {
      const order = compareCells(a.cells[n] ?? null, b.cells[n] ?? null, descending);
      if (order !== 0) return order;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

const BY_WORDS = new Intl.Collator('en', { numeric: true });

/** What has no value comes last. */
function compareCells(a: Cell, b: Cell, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order = compareValues(a, b);
  return descending ? -order : order;
}

/** Numbers by their size, and before texts; texts as people sort them, numbers in them by their size. */
export function compareValues(a: Exclude<Cell, null>, b: Exclude<Cell, null>): number {
  const [x, y] = [a, b].map((value) => (typeof value === 'boolean' ? Number(value) : value));
  if (typeof x === 'number' && typeof y === 'number') return x - y;
  if (typeof x === 'number' || typeof y === 'number') return typeof x === 'number' ? -1 : 1;
  return BY_WORDS.compare(String(a), String(b));
}

const OPERATORS = ['>=', '<=', '==', '!=', '>', '<', '~'] as const;
type Operator = (typeof OPERATORS)[number];

/** What a run must be to be listed. */
export interface Condition {
  readonly text: string;
  readonly path: string;
  readonly operator: Operator;
  /** A number, a share that is written in per cent, or a text. */
  readonly value: string | number;
}

const COMPARISON = /^\s*(>=|<=|==|!=|>|<|~)\s*(.*?)\s*$/s;
const NUMBER = /^(-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?)\s*(%?)$/;

const MOMENTS = ['started', 'finished'];

/** Reads `path op value`: `poison.fawkes.mode == high`, `accuracy.clip.top1 >= 85%`, `note ~ "camera 2"`. */
export function parseCondition(text: string): Result<Condition> {
  const start = text.length - text.trimStart().length;
  const path = readPath(text, start);
  const [, operator, written = ''] = (path && COMPARISON.exec(text.slice(path.end))) ?? [];
  if (!path || !operator || written === '') {
    const hint = 'Write a path, one of >= <= > < == != ~ (has in it), and a value: "poison.fawkes.mode == high"';
    return fail('runs-condition', `"${text}" is not of the form "path op value"`, { hint });
  }
  // A year is the beginning of a moment, which is a text.
  const [, number, percent] = (MOMENTS.includes(text.slice(start, path.end)) ? null : NUMBER.exec(written)) ?? [];
  const quoted = /^"(.*)"$/s.exec(written)?.[1] ?? written;
  const value = number === undefined ? quoted : Number(number) / (percent ? 100 : 1);
  return ok({ text, path: text.slice(start, path.end), operator: operator as Operator, value });
}

/** Rows that fulfil every condition. A run without the value fulfils none about it, `!=` neither. */
export function filteredRows(rows: readonly RunRow[], conditions: readonly Condition[]): RunRow[] {
  return rows.filter((row) => conditions.every((condition) => fulfils(cellOf(row, condition.path), condition)));
}

function fulfils(cell: Cell, { operator, value }: Condition): boolean {
  if (cell === null) return false;
  if (operator === '~') return String(cell).toLowerCase().includes(String(value).toLowerCase());
  const isNumber = typeof cell === 'number' && typeof value === 'number';
  if (operator === '==' || operator === '!=') {
    const isSame = isNumber ? cell === value : String(cell) === String(value);
    return isSame === (operator === '==');
  }
  // A text is neither more nor less than a number.
  if (!isNumber && (typeof cell !== 'string' || typeof value !== 'string')) return false;
  const order = compareValues(cell, value);
  if (operator === '<') return order < 0;
  if (operator === '>') return order > 0;
  return operator === '<=' ? order <= 0 : order >= 0;
}

/** The rows of each experiment's file and sweep together, in the order in which the first of each comes. */
export function groupedRows(rows: readonly RunRow[]): RunRow[][] {
  const groups = new Map<string, RunRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.file, row.sweep]);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}
