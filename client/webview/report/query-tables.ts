import { html } from 'lit';
import { count, counted } from '../../../server/src/protocol/figure-text.js';
import { UNITS } from '../../../server/src/protocol/results/distance-unit.js';
import type { QueryTable, QueryTableRow, ReportData } from '../../../server/src/protocol/webview.js';
import { countColumn, decimalColumn, rateColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import { mark } from '../parts/mark.js';
import type { Section } from '../parts/section.js';

/** What was found of each query, a table for each model and version; only a page that is a file of its own has them. */
export function queryTablesSection({ queryTables = [] }: ReportData): Section | undefined {
  const [first] = queryTables;
  if (!first) return undefined;
  const shown = Math.max(...queryTables.map(({ rows }) => rows.length));
  const all = Math.max(...queryTables.map(({ total }) => total));
  const lead =
    shown < all
      ? `The first ${count(shown)} of ${counted(all, 'query', 'queries')}; the run’s folder has them all, in queries.jsonl.`
      : `All ${counted(all, 'query', 'queries')}, in the order of the run.`;
  const body = html`${queryTables.map(
    (table, n) => html`<details class="of-run" ?open=${n === 0 && table.rows.length <= MOST_UNFOLDED}>
      <summary><bdi>${nameOf(table)}</bdi></summary>
      ${dataTable({ caption: `Queries: ${nameOf(table)}`, file: `queries-${n + 1}`, rows: table.rows, columns: columnsOf(table) })}
    </details>`,
  )}`;
  return { id: 'queries', title: 'Queries', lead, body };
}

/** A longer table would hide what stands below it. */
const MOST_UNFOLDED = 100;

function nameOf({ model, version }: QueryTable): string {
  return version === 'original' ? model : `${model}, ${version}`;
}

/** Of what was not measured there is no column. */
function columnsOf({ rows }: QueryTable): Column<QueryTableRow>[] {
  const unit = UNITS[rows[0]?.unit ?? 'squared-l2'];
  const columns: Column<QueryTableRow>[] = [
    { label: 'Query', value: ({ id }) => id },
    { label: 'Identity', value: ({ identity }) => identity },
    {
      label: 'Nearest',
      value: ({ correct }) => correct,
      show: ({ correct }) => (correct === null ? '–' : mark(correct, correct ? 'same person' : 'other person')),
    },
    decimalColumn(`Distance, ${unit}`, 4, ({ distance }) => distance),
    decimalColumn('Threshold', 4, ({ threshold }) => threshold),
    rateColumn('Strangers within', ({ strangers }) => strangers),
    countColumn('Valid', ({ valid }) => valid),
    countColumn('Results', ({ returned }) => returned),
    rateColumn('Control', ({ control }) => control),
    decimalColumn('Shift, L2', 3, ({ shift }) => shift),
    decimalColumn('DSSIM', 4, ({ dssim }) => dssim),
  ];
  return columns.filter(({ value }, n) => n < 3 || rows.some((row) => value(row) !== null));
}
