import { counted } from '../../figure-text.js';
import type { FigureKind } from '../../results/figure.js';
import { compareValues } from './arrange.js';
import { type Cell, cellOf, cellText, differingSettings, figureOf, type RunColumn } from './columns.js';
import { foldedRows, seedsOf } from './fold.js';
import type { RunRow } from './run-row.js';

/** A figure of one run, or of runs that differ in seeds alone. */
export interface PlottedPoint {
  readonly x: string | number;
  /** The value of the second axis; empty without one. */
  readonly facet: string;
  /** Of several runs their mean. */
  readonly value: number;
  /** Of one run its 95 % interval, of several the mean ± their standard deviation; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly runs: number;
}

export interface PlottedFigure {
  readonly kind: FigureKind;
  readonly points: readonly PlottedPoint[];
  /** Values of `x` in their order; every one is a number, or is taken for a text. */
  readonly values: readonly (string | number)[];
  readonly facets: readonly string[];
  /** What is left out, folded, and not told apart, in sentences. */
  readonly notes: readonly string[];
}

/** A figure over a setting, and over a second one as small multiples; seeds are folded. */
export function figureBySetting(
  runs: readonly RunRow[],
  { figure, x, facet }: { readonly figure: RunColumn; readonly x: string; readonly facet?: string },
): PlottedFigure {
  const has = (row: RunRow) => figureOf(row, figure.path) !== undefined && cellOf(row, x) !== null;
  const known = runs.filter((row) => has(row) && (facet === undefined || cellOf(row, facet) !== null));
  const over = seedsOf(known).filter((path) => path !== x && path !== facet);
  const folded = foldedRows(known, over);
  const values = ordered(known.map((row) => cellOf(row, x)));
  const isNumeric = values.every((value) => typeof value === 'number');
  const points = folded.flatMap(({ rows, figures }): PlottedPoint[] => {
    const [first] = rows as [RunRow];
    const { mean, deviation, runs: count } = figures[figure.path] as NonNullable<(typeof figures)[string]>;
    const bounds = figureOf(first, figure.path)?.interval;
    const [low, high] = count === 1 ? (bounds ?? [null, null]) : [mean - (deviation ?? 0), mean + (deviation ?? 0)];
    const at = cellOf(first, x);
    const value = isNumeric ? (at as number) : String(at);
    return [{ x: value, facet: facet ? String(cellOf(first, facet)) : '', value: mean, low, high, runs: count }];
  });
  const repeats = folded.reduce((sum, { repeats }) => sum + repeats, 0);
  return {
    kind: figure.figure?.kind ?? 'number',
    points,
    values: isNumeric ? values : values.map(String),
    facets: facet ? ordered(known.map((row) => cellOf(row, facet))).map(String) : [''],
    notes: notesOf({
      left: runs.length - known.length,
      repeats,
      over,
      points,
      untold: untold(known, [x, facet ?? '', ...over]),
    }),
  };
}

function notesOf({
  left,
  repeats,
  over,
  points,
  untold,
}: {
  readonly left: number;
  readonly repeats: number;
  readonly over: readonly string[];
  readonly points: readonly PlottedPoint[];
  readonly untold: readonly string[];
}): string[] {
  const [single, several] = [points.some(({ runs }) => runs === 1), points.some(({ runs }) => runs > 1)];
  return [
    single ? 'A ring is one run with its 95 % interval.' : '',
    several ? `A dot is the mean of runs that differ in ${over.join(', ')} alone, ± their standard deviation.` : '',
    repeats > 0
      ? `${counted(repeats, 'run')} repeated what a newer one did, and ${repeats === 1 ? 'is' : 'are'} left out.`
      : '',
    left > 0 ? `${counted(left, 'run')} without the figure or the setting ${left === 1 ? 'is' : 'are'} left out.` : '',
    untold.length > 0 ? `Runs at one place may differ in ${untold.join(', ')}.` : '',
  ].filter(Boolean);
}

/** Settings in which runs differ that the picture does not tell apart. */
function untold(runs: readonly RunRow[], told: readonly string[]): string[] {
  return differingSettings(runs).filter((path) => !told.includes(path));
}

/** Each once: numbers by their size, then texts. */
function ordered(values: readonly Cell[]): (string | number)[] {
  const known = [...new Set(values.filter((value) => value !== null))];
  return known.sort(compareValues).map((value) => (typeof value === 'number' ? value : String(value)));
}

/** An axis of parallel coordinates. */
export interface ParallelAxis {
  readonly column: RunColumn;
  /** What stands at it, each at a share of its length. */
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

export interface ParallelRuns {
  readonly axes: readonly ParallelAxis[];
  /** For each run where it crosses each axis; null where it has no such value. */
  readonly lines: readonly { readonly id: string; readonly at: readonly (number | null)[] }[];
}

/** Runs as lines over axes, which are settings and figures; numbers by their size, texts evenly in their order. */
export function parallelRuns(runs: readonly RunRow[], columns: readonly RunColumn[]): ParallelRuns {
  const scales = columns.map((column) => scaleOf(runs, column));
  return {
    axes: scales.map(({ column, ticks }) => ({ column, ticks })),
    lines: runs.map((row) => ({ id: row.id, at: scales.map(({ place }) => place(row)) })),
  };
}

interface Scale extends ParallelAxis {
  readonly place: (row: RunRow) => number | null;
}

function scaleOf(runs: readonly RunRow[], column: RunColumn): Scale {
  const values = ordered(runs.map((row) => cellOf(row, column.path)));
  const textAt = (value: string | number) => {
    const row = runs.find((one) => isValue(cellOf(one, column.path), value)) as RunRow;
    return cellText(withoutInterval(row, column.path), column);
  };
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length < values.length || numbers.length === 0) {
    const at = (n: number) => (values.length > 1 ? n / (values.length - 1) : 0.5);
    const place = (row: RunRow) => {
      const cell = cellOf(row, column.path);
      return cell === null ? null : at(values.findIndex((value) => isValue(cell, value)));
    };
    return { column, ticks: values.map((value, n) => ({ at: at(n), text: textAt(value) })), place };
  }
  const [least, most] = [numbers[0] as number, numbers.at(-1) as number];
  const at = (value: number) => (most > least ? (value - least) / (most - least) : 0.5);
  const ends = most > least ? [least, most] : [least];
  const place = (row: RunRow) => {
    const cell = cellOf(row, column.path);
    return typeof cell === 'number' ? at(cell) : null;
  };
  return { column, ticks: ends.map((value) => ({ at: at(value), text: textAt(value) })), place };
}

function isValue(cell: Cell, value: string | number): boolean {
  return cell !== null && (cell === value || String(cell) === value);
}

function withoutInterval(row: RunRow, path: string): RunRow {
  const figure = figureOf(row, path);
  return figure ? { ...row, figures: { ...row.figures, [path]: { value: figure.value } } } : row;
}
