import { join } from 'node:path';
import type { Problem } from '../protocol/errors.js';
import type { Results } from '../protocol/results.js';
import type { QueryTable } from '../protocol/webview.js';
import { isExpected } from '../store/run-folder/sound-files.js';
import { readQueryTable } from './query-table.js';

/** A page with more is slow to open; the whole table is in the panel, and `queries.jsonl` of the run has it all. */
const MOST_QUERIES = 1000;

interface Read {
  readonly tables: QueryTable[];
  /** Why a table is not there. */
  readonly problems: readonly Problem[];
}

/** The run's first queries as each model sees the originals, and as the engine's sees each version of them. */
export async function readQueryTables(runFolder: string, results: Results): Promise<Read> {
  const { accuracy = [], retrieve, poison = [] } = results;
  if (!(await isExpected(join(runFolder, 'queries.jsonl')))) return { tables: [], problems: [] };
  const models = accuracy.map(({ model }) => model);
  const engine = retrieve?.model ?? models[0];
  const perturbed = poison.filter(({ target }) => target === 'query').map(({ name }) => name);
  const wanted = [
    ...models.map((model) => ({ model, version: 'original' })),
    ...(engine === undefined ? [] : perturbed.map((version) => ({ model: engine, version }))),
  ];
  const tables: QueryTable[] = [];
  for (const { model, version } of wanted) {
    const read = await readQueryTable(runFolder, model, version);
    if (!read.ok) return { tables, problems: [read.problem] };
    const rows = read.value.slice(0, MOST_QUERIES);
    if (rows.length > 0) tables.push({ model, version, rows, total: read.value.length });
  }
  return { tables, problems: [] };
}
