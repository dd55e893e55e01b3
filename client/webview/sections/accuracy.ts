import { html } from 'lit';
import { count, percent } from '../../../server/src/protocol/figure-text.js';
import { chartFigures } from '../charts/chart-figure.js';
import { accuracyFigures, type Measured, measuredOf } from '../figures/accuracy.js';
import { countColumn, intervalColumns, rateColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import { emptyState, type Section } from '../parts/section.js';
import type { NamedRun } from './run-names.js';

/** How well each model recognises faces (the paper's Figure 3). */
export function accuracySection(runs: readonly NamedRun[]): Section {
  const id = 'accuracy';
  const title = 'Accuracy';
  const measured = runs.flatMap(measuredOf);
  const [first] = measured;
  if (!first) return { id, title, body: html`${runs.slice(0, 1).map(notMeasured)}` };
  const several = runs.length > 1;
  const body = html`
    ${chartFigures(accuracyFigures(runs))}
    ${dataTable({ caption: 'Accuracy by model', file: 'accuracy', rows: measured, columns: columnsFor(several) })}
  `;
  return { id, title, lead: leadOf(first), body };
}

function notMeasured(run: NamedRun) {
  const { status } = run.results.run;
  if (status !== 'done')
    return emptyState('The run ended before accuracy was measured.', 'Run it again: what was finished is kept.');
  const what = 'To measure how well the models recognise faces, add this to the experiment file and run it again:';
  return emptyState('This run measured no accuracy.', what, 'accuracy: {top: [1, 5]}');
}

function leadOf({ model, top, hits }: Measured): string {
  const among = top === '1' ? 'the nearest other image is of' : `one of the ${top} nearest other images is of`;
  return `With ${model.model}, ${among} the same person for ${percent(hits.rate)} of ${count(hits.of)} queries.`;
}

function columnsFor(several: boolean): Column<Measured>[] {
  const ofRun: Column<Measured> = { label: 'Run', value: ({ run }) => run.name };
  return several ? [ofRun, ...COLUMNS] : COLUMNS;
}

const COLUMNS: Column<Measured>[] = [
  { label: 'Model', value: ({ model }) => model.model },
  { label: 'Top', numeric: true, value: ({ top }) => top },
  countColumn('Hits', ({ hits }) => hits.hits, 'accuracy.*.top.*.hits'),
  countColumn('Of', ({ hits }) => hits.of, 'accuracy.*.top.*.of'),
  rateColumn('Rate', ({ hits }) => hits.rate, 'accuracy.*.top.*.rate'),
  ...intervalColumns(({ hits }: Measured) => hits, 'accuracy.*.top.*.ci95ByIdentity'),
  rateColumn('Of all', ({ hits }) => hits.rateAll, 'accuracy.*.top.*.rateAll'),
  rateColumn('Paired', ({ hits }) => hits.ratePaired, 'accuracy.*.top.*.ratePaired'),
  countColumn('No face', ({ model }) => model.noFace, 'accuracy.*.noFace'),
  countColumn('Identities', ({ model }) => model.identities, 'accuracy.*.identities'),
  { label: 'Dimensions', only: 'figures', value: ({ model }) => model.dim },
];
