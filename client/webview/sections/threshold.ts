import { html } from 'lit';
import { UNITS } from '../../../server/src/protocol/results/distance-unit.js';
import { chartFigures } from '../charts/chart-figure.js';
import { type SetThreshold, setThresholds, thresholdFigures } from '../figures/threshold.js';
import { countColumn, decimalColumn, rateColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import type { Section } from '../parts/section.js';
import type { NamedRun } from './run-names.js';

/** How near a result must be to count as the same person. */
export function thresholdSection(runs: readonly NamedRun[]): Section | undefined {
  const sets = setThresholds(runs);
  const [first] = sets;
  if (!first) return undefined;
  const several = runs.length > 1;
  const lead = leadOf(first.threshold);
  const body = html`
    ${chartFigures(thresholdFigures(runs))}
    ${dataTable({ caption: 'How it was set', file: 'threshold', rows: sets, columns: columnsFor(several, sets) })}
  `;
  return { id: 'threshold', title: 'Threshold', lead, body };
}

function leadOf({ model, percentile, fmr, unit }: SetThreshold['threshold']): string {
  const within = 'The false match rate is the share of strangers’ images within a query’s threshold.';
  if (percentile !== null) {
    return `A query’s threshold is the percentile ${percentile} of its distances to the other images of the same person, by ${model}. ${within}`;
  }
  const set = fmr === undefined ? 'as the experiment sets it' : `at a false match rate of ${fmr} between other people`;
  return `All queries have one threshold, ${set}: ${UNITS[unit]}, by ${model}. ${within}`;
}

/** What only a threshold by a false match rate has is shown where one is. */
function columnsFor(several: boolean, sets: readonly SetThreshold[]): Column<SetThreshold>[] {
  const byFmr = sets.some(({ threshold }) => threshold.fmr !== undefined);
  return [
    ...(several ? [{ label: 'Run', value: ({ run }: SetThreshold) => run.name }] : []),
    ...COLUMNS,
    ...(byFmr ? FMR_COLUMNS : []),
    ...STRANGERS,
  ];
}

const COLUMNS: Column<SetThreshold>[] = [
  { label: 'Model', value: ({ threshold }) => threshold.model },
  { label: 'Percentile', numeric: true, value: ({ threshold }) => threshold.percentile },
  { label: 'Unit', value: ({ threshold }) => UNITS[threshold.unit] },
  countColumn('Queries', ({ threshold }) => threshold.queries, 'threshold.queries'),
  countColumn('Excluded', ({ threshold }) => threshold.excluded, 'threshold.excluded'),
  decimalColumn('Median', 4, ({ threshold }) => threshold.median, 'threshold.median'),
];

const FMR_COLUMNS: Column<SetThreshold>[] = [
  { label: 'FMR', numeric: true, value: ({ threshold }) => threshold.fmr ?? null },
  rateColumn('Measured FMR', ({ threshold }) => threshold.actualFmr ?? null, 'threshold.actualFmr'),
  countColumn('Impostor pairs', ({ threshold }) => threshold.impostorPairs ?? null, 'threshold.impostorPairs'),
  countColumn(
    'Set aside',
    ({ threshold }) => threshold.calibration?.setAside ?? null,
    'threshold.calibration.setAside',
  ),
];

const STRANGERS: Column<SetThreshold>[] = [
  rateColumn('Strangers within', ({ threshold }) => threshold.strangers?.mean ?? null, 'threshold.strangers.mean'),
  rateColumn('Of the worst query', ({ threshold }) => threshold.strangers?.worst ?? null, 'threshold.strangers.worst'),
];
