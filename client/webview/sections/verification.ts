import { html } from 'lit';
import { count, percent } from '../../../server/src/protocol/figure-text.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { chartFigures } from '../charts/chart-figure.js';
import { verificationFigures } from '../figures/verification.js';
import { countColumn, decimalColumn, intervalColumns, rateColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import type { Section } from '../parts/section.js';
import type { NamedRun } from './run-names.js';

type Model = NonNullable<Results['verification']>[number];

interface Measured {
  readonly run: NamedRun;
  readonly model: Model;
}

/** One threshold of a model. */
interface OperatingPoint extends Measured {
  readonly point: Model['at'][number];
}

/** Whether the distance of two images tells that they show one person. */
export function verificationSection(runs: readonly NamedRun[]): Section | undefined {
  const models = runs.flatMap((run) => (run.results.verification ?? []).map((model) => ({ run, model })));
  if (models.length === 0) return undefined;
  const several = runs.length > 1;
  const points = models.flatMap(({ run, model }) => model.at.map((point) => ({ run, model, point })));
  const folded = models.filter(({ model }) => model.folds);
  const body = html`
    ${chartFigures(verificationFigures(runs))}
    ${dataTable({ caption: 'True match rates', file: 'verification', rows: points, columns: withRun(several, POINT_COLUMNS) })}
    ${dataTable({ caption: 'Over all thresholds', file: 'verification-models', rows: models, columns: withRun(several, MODEL_COLUMNS) })}
    ${folded.length > 0 ? dataTable({ caption: 'Accuracy over folds', file: 'verification-folds', rows: folded, columns: withRun(several, FOLD_COLUMNS) }) : ''}
    <p class="quiet">
      Two images match where their distance, squared L2, is not above the threshold: the largest of any pair at which no
      larger share of impostor pairs match than was asked for. <strong>TMR</strong> is the share of genuine pairs that
      match; <strong>of all</strong> counts pairs with an image without an embedding as no match. The interval resamples
      people, not pairs, which share them; where none or all match it is Wilson’s over the people.
    </p>
  `;
  return { id: 'verification', title: 'Verification', lead: leadOf(models[0]!.model), body };
}

function leadOf({ model, pairs, at: [first] }: Model): string {
  const said = `${model} compares ${count(pairs.genuine)} pairs of images of one person and ${count(pairs.impostor)} of two people.`;
  if (!first || first.tmr.rate === null) return said;
  return `${said} At a false match rate of ${first.fmr}, ${percent(first.tmr.rate)} of the pairs of one person match.`;
}

function withRun<Row extends Measured>(several: boolean, columns: Column<Row>[]): Column<Row>[] {
  return several ? [{ label: 'Run', value: ({ run }) => run.name }, ...columns] : columns;
}

const POINT_COLUMNS: Column<OperatingPoint>[] = [
  { label: 'Model', value: ({ model }) => model.model },
  { label: 'FMR', numeric: true, value: ({ point }) => point.fmr },
  decimalColumn('Threshold', 4, ({ point }) => point.threshold),
  rateColumn('Measured FMR', ({ point }) => point.actualFmr),
  countColumn('Matches', ({ point }) => point.tmr.count),
  countColumn('Of', ({ point }) => point.tmr.of),
  rateColumn('TMR', ({ point }) => point.tmr.rate),
  ...intervalColumns(({ point }: OperatingPoint) => point.tmr),
  rateColumn('Of all', ({ point }) => point.tmrAll),
];

const MODEL_COLUMNS: Column<Measured>[] = [
  { label: 'Model', value: ({ model }) => model.model },
  countColumn('Genuine pairs', ({ model }) => model.pairs.genuine),
  countColumn('Impostor pairs', ({ model }) => model.pairs.impostor),
  countColumn('Left out', ({ model }) => model.pairs.left),
  rateColumn('EER', ({ model }) => model.eer.rate),
  ...intervalColumns(({ model }: Measured) => model.eer),
  decimalColumn('AUC', 4, ({ model }) => model.auc),
  decimalColumn('d′', 3, ({ model }) => model.dPrime),
];

const FOLDS = 'verification.*.folds';

const FOLD_COLUMNS: Column<Measured>[] = [
  { label: 'Model', value: ({ model }) => model.model },
  countColumn('Folds', ({ model }) => model.folds?.folds ?? null, `${FOLDS}.folds`),
  rateColumn('Accuracy', ({ model }) => model.folds?.accuracy ?? null, `${FOLDS}.accuracy`),
  decimalColumn('Standard error', 4, ({ model }) => model.folds?.standardError ?? null, `${FOLDS}.standardError`),
  rateColumn('Of all pairs', ({ model }) => model.folds?.accuracyAll ?? null, `${FOLDS}.accuracyAll`),
];
