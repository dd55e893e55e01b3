import { csvText } from '../../csv.js';
import { figureText } from '../../figure-text.js';
import { cellOf, cellText, columnsOf, figureOf, type RunColumn, whiteBoxText } from './columns.js';
import type { FoldedRow } from './fold.js';
import type { FigureOfTable, RunRow } from './run-row.js';

const RUNS: RunColumn = { path: 'runs', label: 'runs', of: 'run' };

/** How many runs a row folds, and of what is shown of runs the settings and figures but those that they are folded over. */
export function foldedColumns(
  { runs, figures }: { readonly runs: readonly RunRow[]; readonly figures: readonly FigureOfTable[] },
  over: readonly string[],
  asked: readonly RunColumn[] = columnsOf(runs, figures),
): RunColumn[] {
  const kept = asked.filter(({ of, path }) => (of !== 'run' || path === 'name') && !over.includes(path));
  return [RUNS, ...kept];
}

export const foldedText = {
  /** `84.1 % ± 0.8 %`; the sign stands where there is more than one run. */
  cell({ rows, repeats, figures }: FoldedRow, column: RunColumn): string {
    const [first] = rows as [RunRow];
    if (column === RUNS) return repeats > 0 ? `${rows.length} (${repeats} repeated)` : String(rows.length);
    const folded = figures[column.path];
    if (!column.figure || !folded) return cellText(first, column);
    const { kind } = column.figure;
    const whiteBox = rows.map((row) => figureOf(row, column.path)?.whiteBox).find((box) => box !== undefined);
    const spread = folded.deviation === null ? '' : ` ± ${figureText(kind, folded.deviation)}`;
    const some = folded.runs < rows.length ? ` of ${folded.runs}` : '';
    return `${figureText(kind, folded.mean)}${spread}${some}${whiteBoxText({ whiteBox })}`;
  },

  csv(rows: readonly FoldedRow[], columns: readonly RunColumn[]): string {
    const head = columns.flatMap(({ path, figure }) => (figure ? [path, `${path} sd`, `${path} runs`] : [path]));
    return csvText(
      head,
      rows.map((row) =>
        columns.flatMap((column) => {
          const [first] = row.rows as [RunRow];
          if (column === RUNS) return [row.rows.length];
          if (!column.figure) return [cellOf(first, column.path)];
          const folded = row.figures[column.path];
          return [folded?.mean ?? null, folded?.deviation ?? null, folded?.runs ?? 0];
        }),
      ),
    );
  },
};
