import { figuresOfRows } from '../../history/listed-figures.js';
import { readRow } from '../../history/row-of-run.js';
import type { Plugin } from '../../plugins/declare.js';
import type { VariantEnd } from '../../processes/run-sweep.js';
import type { Sweep, SweepDocument } from '../../protocol/runs/sweep.js';
import { columnsOf } from '../../protocol/runs/table/columns.js';
import { foldedRows, seedsOf } from '../../protocol/runs/table/fold.js';
import { foldedColumns, foldedText } from '../../protocol/runs/table/folded-text.js';
import type { FigureOfTable, RunRow } from '../../protocol/runs/table/run-row.js';
import { variantText } from '../../protocol/runs/variant.js';
import { readUnfinished } from '../../store/run-folder/read-unfinished.js';
import { textRow } from '../runs/output.js';
import { textTable } from '../table.js';

/** Of every variant its results; of one that has none, why. */
export async function sweepDocument(
  id: string,
  axes: Sweep['axes'],
  ends: readonly VariantEnd[],
): Promise<SweepDocument> {
  const read = await Promise.all(
    ends.map(async (end) => {
      const results = end.folder === undefined ? undefined : await readUnfinished(end.folder);
      return { end, results };
    }),
  );
  const missing = read.flatMap(({ end, results }) => {
    const problem = end.problem ?? (results && !results.ok ? results.problem : null);
    return results?.ok ? [] : { variant: { ...end.values }, problem };
  });
  return {
    sweep: { id, axes, ...(missing.length > 0 && { missing }) },
    runs: read.flatMap(({ results }) => (results?.ok ? results.value : [])),
  };
}

/**
 * A row a variant, with the settings in which they differ and the figures that matter; where they differ in seeds, below
 * it a row for those that differ in nothing else: mean ± standard deviation.
 */
export async function sweepText(
  name: string,
  ends: readonly VariantEnd[],
  plugins: readonly Plugin[],
): Promise<string> {
  const read = await Promise.all(
    ends.map(({ folder }) => (folder === undefined ? undefined : readRow(folder, { plugins, env: process.env }))),
  );
  const found = read.flatMap((row) => row ?? []);
  const table = { runs: found, figures: figuresOfRows(found) };
  const columns = columnsOf(table.runs, table.figures).filter(({ path }) => path !== 'id' && path !== 'started');
  const rows = table.runs.map((row) => textRow(row, columns));
  const head = columns.map(({ label }) => label);
  const seeds = seedsOf(table.runs);
  const failed = ends.flatMap(({ values, status, problem }) =>
    status === 'done' ? [] : `${variantText(values)}: ${status}${problem ? ` ${problem.code} ${problem.message}` : ''}`,
  );
  return [
    name,
    ...(rows.length > 0 ? [textTable(head, rows)] : []),
    ...(seeds.length > 0 ? [foldedSeeds(table, seeds)] : []),
    ...failed,
  ].join('\n');
}

interface Table {
  readonly runs: RunRow[];
  readonly figures: FigureOfTable[];
}

function foldedSeeds(table: Table, seeds: readonly string[]): string {
  const columns = foldedColumns(table, seeds);
  const body = foldedRows(table.runs, seeds).map((row) => columns.map((column) => foldedText.cell(row, column)));
  const title = `mean ± standard deviation over ${seeds.join(', ')}`;
  return `${title}\n${textTable(
    columns.map(({ label }) => label),
    body,
  )}`;
}
