import { cellText } from '../../../server/src/protocol/runs/table/columns.js';
import { foldedDocument } from '../../../server/src/protocol/runs/table/fold.js';
import { foldedText } from '../../../server/src/protocol/runs/table/folded-text.js';
import type { FigureOfTable, RunTable } from '../../../server/src/protocol/runs/table/run-row.js';
import { csvOf } from '../../../server/src/protocol/runs/table/table-csv.js';
import type { TableLine, TableView } from '../../../server/src/protocol/runs/table/table-view.js';
import type { SavedFile } from '../../../server/src/protocol/webview.js';
import type { SaveAs } from '../parts/save-button.js';
import { markdownTable } from '../text-tables.js';

type RunLine = Extract<TableLine, { kind: 'run' }>;

/** The table as it is shown, as files: of the selected runs, or of all where none is. */
export function tableFiles(
  view: TableView,
  figures: readonly FigureOfTable[],
  selected: readonly string[],
): readonly SaveAs[] {
  const lines = () => savedLines(view, new Set(selected));
  return [
    ['CSV', () => ({ name: 'runs.csv', mime: 'text/csv', text: csvText(view, lines()) })],
    ['MD', () => ({ name: 'runs.md', mime: 'text/markdown', text: markdownText(view, lines()) })],
    [
      'JSON',
      (): SavedFile => ({ name: 'runs.json', mime: 'application/json', text: jsonText(view, lines(), figures) }),
    ],
  ];
}

/** Those of closed groups too. */
function savedLines({ runs, lines }: TableView, selected: ReadonlySet<string>): RunLine[] {
  const shown = lines.filter((line) => line.kind === 'run');
  const isFolded = shown.some(({ folded }) => folded);
  const all = isFolded ? shown : runs.map((row): RunLine => ({ kind: 'run', row }));
  const chosen = all.filter(({ row, folded }) => (folded?.rows ?? [row]).some(({ folder }) => selected.has(folder)));
  return chosen.length > 0 ? chosen : all;
}

function csvText({ columns }: TableView, lines: readonly RunLine[]): string {
  const folded = lines.flatMap((line) => line.folded ?? []);
  return folded.length > 0
    ? foldedText.csv(folded, columns)
    : csvOf(
        lines.map(({ row }) => row),
        columns,
      );
}

function markdownText({ columns }: TableView, lines: readonly RunLine[]): string {
  const head = columns.map(({ label, of }) => ({ label, numeric: of === 'figure' }));
  const cells = ({ row, folded }: RunLine) =>
    columns.map((column) => (folded ? foldedText.cell(folded, column) : cellText(row, column)));
  return markdownTable(head, lines.map(cells));
}

/** As `lookalike runs --json` prints it. */
function jsonText({ over }: TableView, lines: readonly RunLine[], figures: readonly FigureOfTable[]): string {
  const folded = lines.flatMap((line) => line.folded ?? []);
  const table: RunTable = { runs: lines.map(({ row }) => row), figures: [...figures] };
  return `${JSON.stringify(folded.length > 0 ? foldedDocument(folded, over) : table, null, 2)}\n`;
}
