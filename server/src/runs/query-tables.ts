import { join } from 'node:path';
import { csvText } from '../../../client/webview/csv.js';
import { fail, ok, type Result } from '../protocol/errors.js';
import type { ParsedParams, RequestResult } from '../protocol/lsp.js';
import type { QueryTableRow } from '../protocol/query-page.js';
import { pageOf, selectQueries } from '../report/query-page.js';
import { readQueryTable } from '../report/query-table.js';
import { writeAtomically } from '../runner/store/files.js';
import { stampOf } from './read-run.js';

const COLUMNS = ['id', 'identity', 'correct', 'distance', 'threshold', 'returned', 'valid', 'shift'] as const;

/** The rows of a run's queries; the last table that was asked for is kept, since its pages are asked for one by one. */
export class QueryTables {
  private kept: { readonly key: string; readonly rows: Result<QueryTableRow[]> } | undefined;

  async page(params: ParsedParams<'queryRows'>): Promise<RequestResult<'queryRows'>> {
    const rows = await this.rows(params);
    return rows.ok ? ok(pageOf(rows.value, params)) : rows;
  }

  /** Writes all that is selected into the run's folder. */
  async export(params: ParsedParams<'exportQueries'>): Promise<RequestResult<'exportQueries'>> {
    const rows = await this.rows(params);
    if (!rows.ok) return rows;
    const { folder, model, version } = params;
    const name = `${model}-${version}`.replaceAll(/[^A-Za-z0-9_-]+/g, '-');
    const file = join(folder, `queries-${name}.csv`);
    const table = selectQueries(rows.value, params).map((row) => COLUMNS.map((column) => row[column]));
    try {
      await writeAtomically(file, csvText(COLUMNS, table));
      return ok({ file });
    } catch (error) {
      return fail('table-not-written', `${file}: ${(error as Error).message}`, { hint: 'Make room in that folder.' });
    }
  }

  private async rows({ folder, model, version }: Omit<ParsedParams<'exportQueries'>, 'sort' | 'filter'>) {
    const key = JSON.stringify([folder, model, version, await stampOf(folder)]);
    if (this.kept?.key !== key) this.kept = { key, rows: await readQueryTable(folder, model, version) };
    return this.kept.rows;
  }
}
