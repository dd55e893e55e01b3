import { join } from 'node:path';
import { stampOf } from '../../history/read-run.js';
import { csvText } from '../../protocol/csv.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import type { ParsedParams, RequestResult } from '../../protocol/lsp.js';
import type { QueryTableRow } from '../../protocol/runs/query-page.js';
import { selectQueries } from '../../report/query-page.js';
import { readQueryTable } from '../../report/query-table.js';
import { writeAtomically } from '../../store/files.js';

const COLUMNS = [
  ...(['id', 'identity', 'correct', 'distance', 'threshold', 'unit', 'returned', 'valid', 'shift'] as const),
  ...(['dssim', 'strangers', 'control'] as const),
];

/** One selection of a run's queries. */
interface Selected {
  readonly rows: readonly QueryTableRow[];
  readonly total: number;
}

/**
 * The rows of a run's queries. The last table that was asked for is kept, and the last selection of it: pages are
 * asked for one by one.
 */
export class QueryTables {
  private table: { readonly key: string; readonly rows: Result<QueryTableRow[]> } | undefined;
  private selection: { readonly key: string; readonly selected: Selected } | undefined;

  async page(params: ParsedParams<'queryRows'>): Promise<RequestResult<'queryRows'>> {
    const selected = await this.select(params);
    if (!selected.ok) return selected;
    const { rows, total } = selected.value;
    const { offset, limit } = params;
    return ok({ rows: rows.slice(offset, offset + limit), matching: rows.length, total });
  }

  /** Writes all that is selected into the run's folder. */
  async export(params: ParsedParams<'exportQueries'>): Promise<RequestResult<'exportQueries'>> {
    const selected = await this.select(params);
    if (!selected.ok) return selected;
    const { folder, model, version } = params;
    const name = `${model}-${version}`.replaceAll(/[^A-Za-z0-9_-]+/g, '-');
    const file = join(folder, `queries-${name}.csv`);
    const table = selected.value.rows.map((row) => COLUMNS.map((column) => row[column]));
    try {
      await writeAtomically(file, csvText(COLUMNS, table));
      return ok({ file });
    } catch (error) {
      return fail('table-not-written', `${file}: ${(error as Error).message}`, { hint: 'Make room in that folder.' });
    }
  }

  private async select(params: ParsedParams<'exportQueries'>): Promise<Result<Selected>> {
    const { folder, model, version, sort, filter } = params;
    const tableKey = JSON.stringify([folder, model, version, await stampOf(folder)]);
    if (this.table?.key !== tableKey)
      this.table = { key: tableKey, rows: await readQueryTable(folder, model, version) };
    const { rows } = this.table;
    if (!rows.ok) return rows;
    const key = JSON.stringify([tableKey, sort, filter]);
    if (this.selection?.key === key) return ok(this.selection.selected);
    const selected = { rows: selectQueries(rows.value, params), total: rows.value.length };
    this.selection = { key, selected };
    return ok(selected);
  }
}
