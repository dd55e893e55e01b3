import { findRun } from '../../history/find-run.js';
import { readRow } from '../../history/row-of-run.js';
import { plugins } from '../../plugins/registry.js';
import { cellText, columnsOf } from '../../protocol/runs/table/columns.js';
import { homeIn } from '../../store/home.js';
import { readResults } from '../../store/run-folder/read-results.js';
import { EXIT } from '../exit.js';
import { printProblem, say } from '../print.js';
import { resultText } from '../result-table.js';
import { printJson } from './output.js';

/** `lookalike runs show ID`: what a run was, and what it found; `--json` prints its results document. */
export async function show(id: string, { json = false }: { readonly json?: boolean }): Promise<number> {
  const folder = await findRun(id, homeIn(process.cwd()));
  if (!folder.ok) return printProblem(folder.problem, EXIT.usage);
  const results = await readResults(folder.value);
  if (json) {
    if (!results.ok) return printProblem(results.problem, EXIT.failed);
    printJson(results.value);
    return EXIT.done;
  }
  const row = await readRow(folder.value, { plugins, env: process.env });
  if (!row) return printProblem(results.ok ? { code: 'run-unknown', message: id } : results.problem, EXIT.usage);
  const facts = columnsOf([row], []).map((column) => `${column.label}: ${cellText(row, column)}`);
  say(
    process.stdout,
    [...facts, `file: ${row.file}`, ...row.set.map((set) => `--set ${set}`), folder.value].join('\n'),
  );
  if (row.note) say(process.stdout, `note: ${row.note}`);
  if (results.ok) say(process.stdout, resultText(results.value));
  if (row.problem) printProblem(row.problem, EXIT.done);
  return EXIT.done;
}
