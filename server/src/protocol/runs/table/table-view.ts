import type { Problem } from '../../errors.js';
import { groupedRows, type SortKey, sortedRows } from './arrange.js';
import { columnAt, columnsOf, type RunColumn } from './columns.js';
import { parseFilter, rowsThrough } from './filter.js';
import { type FoldedRow, foldedRows, seedsOf } from './fold.js';
import { foldedColumns } from './folded-text.js';
import type { FigureOfTable, RunRow } from './run-row.js';

/** As it is known so far; the same arrays for as long as nothing in them changes. */
export interface KnownTable {
  readonly runs: readonly RunRow[];
  readonly figures: readonly FigureOfTable[];
}

/** How a person wants to see the table. */
export interface TableChoices {
  /** Only runs of this experiment, by `experimentOf`; of all where it is empty. */
  readonly experiment: string;
  /** As `parseFilter` takes it. */
  readonly filter: string;
  readonly sort: readonly SortKey[];
  /** Runs of an experiment and a sweep stand together, under a heading. */
  readonly isGrouped: boolean;
  /** Groups whose runs are not shown. */
  readonly closed: readonly string[];
  /** Runs that differ in seeds alone are one row. */
  readonly isFolded: boolean;
  /** Paths of columns that are left out, are shown beside the usual ones, and stand first. */
  readonly hidden: readonly string[];
  readonly added: readonly string[];
  readonly pinned: readonly string[];
}

/** A line of the table: the heading of a group, a run, or runs that are folded into one. */
export type TableLine =
  | { readonly kind: 'group'; readonly key: string; readonly runs: readonly RunRow[]; readonly isOpen: boolean }
  | { readonly kind: 'run'; readonly row: RunRow; readonly folded?: FoldedRow };

export interface TableView {
  readonly lines: readonly TableLine[];
  /** The runs that the filter leaves, in the order of the lines, those of closed groups too. */
  readonly runs: readonly RunRow[];
  readonly columns: readonly RunColumn[];
  /** Every column that there may be, those that are shown and those that are not. */
  readonly all: readonly RunColumn[];
  /** Paths of the seeds that runs are folded over. */
  readonly over: readonly string[];
  /** Why the filter does not filter. */
  readonly problem?: Problem;
}

/** An experiment as the table tells it from others: its name and its file. */
export function experimentOf({ name, file }: RunRow): string {
  return `${name} · ${file}`;
}

/** What a table shows of the runs, newest first unless they are sorted. */
export function tableView({ runs, figures }: KnownTable, choices: TableChoices): TableView {
  const { experiment, filter, sort, isFolded } = choices;
  const own = runsOf(runs, experiment);
  const parsed = parseFilter(filter, own, figures);
  const fitting = parsed.ok ? rowsThrough(own, parsed.value) : own;
  const over = isFolded ? seedsOf(fitting) : [];
  const { columns, all } = columnsFor(own, figures, choices, isFolded ? over : undefined);
  const folded = isFolded ? foldedRows(fitting, over) : undefined;
  const firsts = new Map(folded?.map((one) => [meanRow(one), one]));
  const rows = sortedRows(folded ? [...firsts.keys()] : fitting, sort);
  const lines = linesOf(rows, firsts, choices);
  const shown = folded ? rows.flatMap((row) => firsts.get(row)?.rows ?? []) : rows;
  return { lines, runs: shown, columns, all, over, ...(!parsed.ok && { problem: parsed.problem }) };
}

/** A folded row as its first run with the means for figures, which is what it is sorted by. */
function meanRow({ rows, figures }: FoldedRow): RunRow {
  const [first] = rows as [RunRow];
  const means = Object.entries(figures).map(([path, { mean }]) => [path, { value: mean }]);
  return { ...first, figures: Object.fromEntries(means) };
}

function linesOf(
  rows: readonly RunRow[],
  folded: ReadonlyMap<RunRow, FoldedRow>,
  { isGrouped, closed }: TableChoices,
): TableLine[] {
  const line = (row: RunRow): TableLine => ({ kind: 'run', row, folded: folded.get(row) });
  if (!isGrouped) return rows.map(line);
  return groupedRows(rows).flatMap((group): TableLine[] => {
    const [first] = group as [RunRow];
    const key = JSON.stringify([first.file, first.sweep ?? null]);
    const isOpen = !closed.includes(key);
    const runs = group.flatMap((row) => folded.get(row)?.rows ?? row);
    return [{ kind: 'group', key, runs, isOpen }, ...(isOpen ? group.map(line) : [])];
  });
}

/** Fields that stand in a table when somebody asks for them. */
const MORE_FIELDS = ['name', 'file', 'finished', 'sweep', 'stage', 'held', 'note'];

function columnsFor(
  runs: readonly RunRow[],
  figures: readonly FigureOfTable[],
  { hidden, added, pinned }: TableChoices,
  over: readonly string[] | undefined,
): Pick<TableView, 'columns' | 'all'> {
  // A star has a place of its own beside every run.
  const known = usualColumns(runs, figures).filter(({ path }) => path !== 'star');
  const paths = new Set(known.map(({ path }) => path));
  const others = [...MORE_FIELDS, ...figures.map(({ path }) => path), ...added].flatMap((path) => {
    const column = paths.has(path) ? undefined : columnAt(path, runs, figures);
    paths.add(path);
    return column ?? [];
  });
  const chosen = [...known, ...others.filter(({ path }) => added.includes(path))];
  const folded = over ? foldedColumns({ runs, figures }, over, chosen) : chosen;
  const shown = folded.filter(({ path }) => !hidden.includes(path));
  const isPinned = ({ path }: RunColumn) => pinned.includes(path);
  const columns = [...shown.filter(isPinned), ...shown.filter((column) => !isPinned(column))];
  return { columns, all: [...known, ...others] };
}

const ofExperiment = new WeakMap<readonly RunRow[], { experiment: string; own: readonly RunRow[] }>();

/** The same array for as long as the runs are the same. */
function runsOf(runs: readonly RunRow[], experiment: string): readonly RunRow[] {
  if (experiment === '') return runs;
  const found = ofExperiment.get(runs);
  if (found?.experiment === experiment) return found.own;
  const own = runs.filter((row) => experimentOf(row) === experiment);
  ofExperiment.set(runs, { experiment, own });
  return own;
}

const usual = new WeakMap<readonly RunRow[], { figures: readonly FigureOfTable[]; columns: RunColumn[] }>();

/** Found once for as long as the runs are the same: to sort and to filter changes none of them. */
function usualColumns(runs: readonly RunRow[], figures: readonly FigureOfTable[]): RunColumn[] {
  const found = usual.get(runs);
  if (found?.figures === figures) return found.columns;
  const columns = columnsOf(runs, figures);
  usual.set(runs, { figures, columns });
  return columns;
}
