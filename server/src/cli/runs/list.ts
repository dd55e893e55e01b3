import { listRuns } from '../../history/list-runs.js';
import { plugins } from '../../plugins/registry.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { parsePath } from '../../protocol/figure-path.js';
import { counted } from '../../protocol/figure-text.js';
import {
  type Condition,
  filteredRows,
  groupedRows,
  parseCondition,
  type SortKey,
  sortedRows,
} from '../../protocol/runs/table/arrange.js';
import { columnAt, columnsOf, type RunColumn } from '../../protocol/runs/table/columns.js';
import { foldedDocument, foldedRows, seedsOf } from '../../protocol/runs/table/fold.js';
import { foldedColumns, foldedText } from '../../protocol/runs/table/folded-text.js';
import type { RunRow, RunTable } from '../../protocol/runs/table/run-row.js';
import { csvOf } from '../../protocol/runs/table/table-csv.js';
import { figureAt } from '../../stages/figures.js';
import { homeIn } from '../../store/home.js';
import { EXIT } from '../exit.js';
import { printProblem, remark, say } from '../print.js';
import { textTable } from '../table.js';
import { type FormatOptions, markdownTable, printDocument, printJson, textRow } from './output.js';

export interface ListArguments extends FormatOptions {
  readonly sort: readonly string[];
  readonly where: readonly string[];
  readonly columns?: readonly string[];
  readonly fold?: readonly string[] | true;
  readonly limit?: number;
}

/** More rows than fit into a few screens are asked for. */
const LINES_SHOWN = 50;

/** `lookalike runs list`: the runs of the current folder's `.lookalike`, newest first. */
export async function list(options: ListArguments): Promise<number> {
  const home = homeIn(process.cwd());
  const limit = options.limit ?? (isForPrograms(options) ? 0 : LINES_SHOWN);
  const most = limit === 0 ? undefined : limit;
  const all = await listRuns(home, {
    most: isOfAll(options) ? undefined : most,
    plugins,
    env: process.env,
    onReading: (runs) => runs > 200 && remark(`reading ${counted(runs, 'run')} into the list of runs …`),
  });
  const arranged = arrange(all, options);
  if (!arranged.ok) return printProblem(arranged.problem, EXIT.usage);
  const { runs, columns } = arranged.value;
  if (options.fold) return printFolded({ ...all, runs: [...runs] }, columns, { ...options, limit: most });
  const shown = runs.slice(0, most);
  if (options.json) printJson({ runs: shown, figures: all.figures });
  else if (options.csv) printDocument(csvOf(shown, columns ?? columnsOf(shown, all.figures)));
  else printGroups(shown, columns, all, options);
  if (runs.length === 0) remark(all.total === 0 ? `${home} has no run` : 'no run fulfils that');
  const fitting = isOfAll(options) ? runs.length : all.total;
  if (shown.length < fitting) {
    const left = counted(fitting - shown.length, 'run');
    remark(`${left} more: --limit 0 shows them all`);
  }
  return EXIT.done;
}

/** Whether what is shown depends on more runs than are shown. */
function isOfAll({ sort, where, columns, fold }: ListArguments): boolean {
  return sort.length > 0 || where.length > 0 || columns !== undefined || fold !== undefined;
}

function isForPrograms({ json, csv, md }: FormatOptions): boolean {
  return Boolean(json || csv || md);
}

interface Arranged {
  readonly runs: readonly RunRow[];
  /** Where the user named them. */
  readonly columns?: readonly RunColumn[];
}

/** Filtered and sorted as the user wants it. Problems: `runs-condition`, `runs-path-unknown`. */
function arrange(table: RunTable, options: ListArguments): Result<Arranged> {
  const conditions: Condition[] = [];
  for (const text of options.where) {
    const condition = parseCondition(text);
    if (!condition.ok) return condition;
    const column = known(condition.value.path, table);
    if (!column.ok) return column;
    conditions.push({ ...condition.value, path: column.value.path });
  }
  const keys: SortKey[] = [];
  for (const written of options.sort) {
    const descending = written.startsWith('-');
    const column = known(descending ? written.slice(1) : written, table);
    if (!column.ok) return column;
    keys.push({ path: column.value.path, descending });
  }
  const columns: RunColumn[] = [];
  for (const written of options.columns ?? []) {
    const column = known(written, table);
    if (!column.ok) return column;
    columns.push(column.value);
  }
  const runs = sortedRows(filteredRows(table.runs, conditions), keys);
  return ok({ runs, columns: options.columns && columns });
}

function known(path: string, { runs, figures }: RunTable): Result<RunColumn> {
  const column = columnAt(path, runs, figures);
  if (column) return ok(column);
  const figure = figureAt(parsePath(path) ?? []);
  if (figure && figure.pattern.short === undefined) {
    const hint = '`lookalike runs diff --all` has it of the runs that you name, and results.json of each.';
    return fail('runs-path-unknown', `${path} is a figure that the list of runs does not keep`, { hint });
  }
  const hint =
    'A path is a field of runs, a setting as --set has it, or a figure as expect has it: see docs/command-line.md.';
  return fail('runs-path-unknown', `No run here has ${path}`, { hint });
}

/** A table for each experiment and each sweep: their runs differ in little. */
function printGroups(
  rows: readonly RunRow[],
  columns: readonly RunColumn[] | undefined,
  { figures }: RunTable,
  { md, sort }: ListArguments,
): void {
  // Who sorts by a figure compares across experiments.
  const isOne = sort.length > 0 || columns !== undefined;
  const groups = isOne ? [rows] : groupedRows(rows);
  const texts = groups
    .filter((group) => group.length > 0)
    .map((group) => {
      const shown = columns ?? columnsOf(group, figures);
      const head = shown.map(({ label }) => label);
      const body = group.map((row) => textRow(row, shown));
      const title = !isOne && (groups.length > 1 || group[0]?.sweep) ? titleOf(group[0] as RunRow) : '';
      return md ? markdownGroup(title, head, body) : [title, textTable(head, body)].filter(Boolean).join('\n');
    });
  if (texts.length === 0) return;
  if (md) printDocument(texts.join('\n\n'));
  else say(process.stdout, texts.join('\n\n'));
}

function titleOf({ name, file, sweep }: RunRow): string {
  return `${name} (${file})${sweep ? `, sweep ${sweep}` : ''}`;
}

function markdownGroup(title: string, head: readonly string[], body: readonly (readonly string[])[]): string {
  return [title && `${title.replace(/\s+/g, ' ')}`, markdownTable(head, body)].filter(Boolean).join('\n\n');
}

function printFolded(table: RunTable, asked: readonly RunColumn[] | undefined, options: ListArguments): number {
  const over: string[] = [];
  for (const path of options.fold === true ? seedsOf(table.runs) : (options.fold ?? [])) {
    const column = known(path, table);
    if (!column.ok) return printProblem(column.problem, EXIT.usage);
    over.push(column.value.path);
  }
  const rows = foldedRows(table.runs, over).slice(0, options.limit);
  const columns = foldedColumns(table, over, asked);
  const head = columns.map(({ label }) => label);
  if (options.json) printJson(foldedDocument(rows, over));
  else if (options.csv) printDocument(foldedText.csv(rows, columns));
  else {
    const body = rows.map((row) => columns.map((column) => foldedText.cell(row, column)));
    if (options.md) printDocument(markdownTable(head, body));
    else say(process.stdout, textTable(head, body));
    remark(over.length > 0 ? `mean ± standard deviation over ${over.join(', ')}` : 'no run differs in a seed');
  }
  return EXIT.done;
}
