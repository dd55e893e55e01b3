import { formatPath, inShort, parsePath, writtenOut } from '../../figure-path.js';
import { figureText, interval, NONE, portion, whiteBoxWords } from '../../figure-text.js';
import type { FigureOfTable, RowFigure, RunRow } from './run-row.js';

/** What a cell sorts and is compared by; null where the run has no such value. */
export type Cell = string | number | boolean | null;

export interface RunColumn {
  /** What it is asked for by: a field of runs, a setting's path or a figure's. */
  readonly path: string;
  readonly label: string;
  readonly of: 'run' | 'setting' | 'figure';
  readonly figure?: FigureOfTable;
}

/** What is known of every run, by the words that ask for it. */
const FIELDS: Readonly<Record<string, { readonly label: string; readonly value: (row: RunRow) => Cell }>> = {
  id: { label: 'run', value: ({ id }) => id },
  name: { label: 'experiment', value: ({ name }) => name },
  file: { label: 'file', value: ({ file }) => file },
  status: { label: 'status', value: statusOf },
  started: { label: 'started', value: ({ startedAt }) => startedAt },
  finished: { label: 'finished', value: ({ finishedAt }) => finishedAt },
  stage: { label: 'up to', value: ({ stage }) => stage },
  sweep: { label: 'sweep', value: ({ sweep }) => sweep ?? null },
  held: { label: 'expectations', value: ({ expect: { held, of } }) => (of === 0 ? null : held / of) },
  star: { label: 'star', value: ({ star }) => star },
  note: { label: 'note', value: ({ note }) => note || null },
};

/** What every table of runs begins with, and what it ends with where any run has it. */
const FIRST_FIELDS = ['id', 'status', 'started'];
const LAST_FIELDS = ['held', 'star', 'note'];

/** The figures of a run and its settings are of one name space: a figure's path is none of the file's keys. */
export function cellOf(row: RunRow, path: string): Cell {
  const field = Object.hasOwn(FIELDS, path) ? FIELDS[path] : undefined;
  if (field) return field.value(row);
  if (Object.hasOwn(row.settings, path)) return row.settings[path] ?? null;
  return figureOf(row, path)?.value ?? null;
}

export function figureOf(row: RunRow, path: string): RowFigure | undefined {
  return Object.hasOwn(row.figures, path) ? row.figures[path] : undefined;
}

/** A cell as a person reads it: a figure with its unit, its interval, and a white-box rate as one. */
export function cellText(row: RunRow, { path, figure }: RunColumn): string {
  const measured = figure && figureOf(row, path);
  if (measured) {
    const bounds = figure.kind === 'share' && measured.interval ? ` (${interval(measured.interval)})` : '';
    return `${figureText(figure.kind, measured.value)}${bounds}${whiteBoxText(measured)}`;
  }
  if (path === 'status') return statusText(row);
  if (path === 'held') return row.expect.of === 0 ? '' : `${row.expect.held} of ${row.expect.of}`;
  if (path === 'star') return row.star ? '★' : '';
  if (path === 'started' || path === 'finished') return momentText(cellOf(row, path));
  const value = cellOf(row, path);
  return value === null ? (Object.hasOwn(row.settings, path) ? 'null' : emptyText(path)) : String(value);
}

/** A dash says that a figure was not measured; a run without a note has none. */
function emptyText(path: string): string {
  return Object.hasOwn(FIELDS, path) ? '' : NONE;
}

export function whiteBoxText({ whiteBox }: Pick<RowFigure, 'whiteBox'>): string {
  return whiteBox === undefined ? '' : ` (${whiteBoxWords(whiteBox)})`;
}

/** A run that stands in line does not run yet. */
export function statusOf({ status, waiting }: Pick<RunRow, 'status' | 'waiting'>): string {
  return status === 'running' && waiting > 0 ? 'waiting' : status;
}

function statusText(row: RunRow): string {
  const { status, progress } = row;
  return progress && row.waiting === 0 ? `${status} ${portion(progress.share, 1)}` : statusOf(row);
}

/** To the second, in UTC as ids have it. */
function momentText(value: Cell): string {
  return typeof value === 'string' ? value.slice(0, 19).replace('T', ' ') : '';
}

/** The columns that tell these runs apart: what every run has, each setting that differs, each figure that matters. */
export function columnsOf(rows: readonly RunRow[], figures: readonly FigureOfTable[]): RunColumn[] {
  const names = new Set(rows.map(({ name }) => name)).size > 1 ? ['name'] : [];
  const stages = rows.some(({ stage }) => stage !== null) ? ['stage'] : [];
  const last = LAST_FIELDS.filter((path) => rows.some((row) => cellOf(row, path)));
  const shown = figures.filter(({ matters, path }) => matters && rows.some((row) => figureOf(row, path)));
  return [
    ...[...FIRST_FIELDS, ...names, ...stages].map(fieldColumn),
    ...tellingSettings(rows).map(settingColumn),
    ...shown.map(figureColumn),
    ...last.map(fieldColumn),
  ];
}

/** The column of a path as a person wrote it; undefined where no run has such a thing. */
export function columnAt(
  written: string,
  rows: readonly RunRow[],
  figures: readonly FigureOfTable[],
): RunColumn | undefined {
  for (const path of spellings(written)) {
    if (Object.hasOwn(FIELDS, path)) return fieldColumn(path);
    const figure = figures.find((one) => one.path === path);
    if (figure) return figureColumn(figure);
    if (rows.some(({ settings }) => Object.hasOwn(settings, path))) return settingColumn(path);
  }
  return undefined;
}

/**
 * The ways in which rows may have a path: as it is written; with `top.5` as `top5` and an operating point in the
 * shortest way that its number is written; without the `use` of a plugin or the `rate` of a share, which the whole means.
 */
function spellings(written: string): string[] {
  const path = parsePath(written);
  if (!path) return [];
  const whole = path.length > 1 && ['use', 'rate'].includes(path.at(-1) ?? '') ? [path.slice(0, -1)] : [];
  return [path, ...whole].flatMap((one) => [formatPath(one), formatPath(shortened(one))]);
}

function shortened(path: readonly string[]): string[] {
  const long = path.flatMap((segment) => writtenOut(segment) ?? [segment]);
  const at = long.findIndex((segment, n) => (segment === 'top' || segment === 'at') && /^\d/.test(long[n + 1] ?? ''));
  if (at < 0) return long;
  return inShort(long[at] === 'at' ? long.with(at + 1, String(Number(long[at + 1]))) : long, at);
}

/** Paths of the settings in which not all of the runs are the same, in the order of the file. */
export function differingSettings(rows: readonly RunRow[]): string[] {
  const first = rows[0]?.settings ?? {};
  const differing = new Set<string>();
  const known = new Set(Object.keys(first));
  const count = known.size;
  for (const { settings } of rows) {
    const paths = Object.keys(settings);
    for (const path of paths) {
      if (known.has(path) && Object.hasOwn(first, path) && settings[path] === first[path]) continue;
      known.add(path);
      differing.add(path);
    }
    if (paths.length < count || differing.size > 0) {
      for (const path of Object.keys(first)) if (!Object.hasOwn(settings, path)) differing.add(path);
    }
  }
  return [...known].filter((path) => differing.has(path));
}

/** Those that differ, but for what runs lack since they use another plugin: all that have it have the same. */
export function tellingSettings(rows: readonly RunRow[]): string[] {
  const differing = differingSettings(rows);
  const isOfPlugin = (path: string) => differing.some((other) => path.startsWith(`${other}.`));
  const isSame = (path: string) => {
    const values = rows.flatMap(({ settings }) => (Object.hasOwn(settings, path) ? [settings[path]] : []));
    return new Set(values).size === 1;
  };
  return differing.filter((path) => !(isOfPlugin(path) && isSame(path)));
}

function fieldColumn(path: string): RunColumn {
  return { path, label: FIELDS[path]?.label ?? path, of: 'run' };
}

function settingColumn(path: string): RunColumn {
  return { path, label: path, of: 'setting' };
}

function figureColumn(figure: FigureOfTable): RunColumn {
  return { path: figure.path, label: figure.label, of: 'figure', figure };
}
