import { html } from 'lit';
import { UNITS } from '../../../server/src/protocol/results/distance-unit.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { histogramChart } from '../charts/histogram.js';
import '../charts/chart-figure.js';
import { countColumn, decimalColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import type { Section } from '../parts/section.js';
import type { NamedRun } from './run-names.js';

type Threshold = NonNullable<Results['threshold']>;

interface Distribution {
  readonly run: NamedRun;
  readonly threshold: Threshold;
}

/** How near a result must be to count as the same person. */
export function thresholdSection(runs: readonly NamedRun[]): Section | undefined {
  const sets = runs.flatMap((run) => (run.results.threshold ? [{ run, threshold: run.results.threshold }] : []));
  const [first] = sets;
  if (!first) return undefined;
  const several = runs.length > 1;
  const { model, percentile } = first.threshold;
  const lead = `A query’s threshold is the percentile ${percentile} of its distances to the other images of the same person, by ${model}.`;
  const body = html`
    ${sets.map((set) => distributionOf(set, sets, several))}
    ${dataTable({ caption: 'How it was set', file: 'threshold', rows: sets, columns: columnsFor(several) })}
  `;
  return { id: 'threshold', title: 'Threshold', lead, body };
}

/** Those of one unit have one axis, so that what is above one another compares. */
function distributionOf({ run, threshold }: Distribution, sets: readonly Distribution[], several: boolean) {
  const { histogram, median, unit } = threshold;
  const alike = sets.filter((set) => set.threshold.unit === unit).flatMap((set) => set.threshold.histogram.edges);
  const chart = {
    ...histogram,
    median,
    label: `threshold (${UNITS[unit]})`,
    counted: 'queries',
    colour: `var(--run-${run.colour})`,
    domain: alike.length > 0 ? ([Math.min(...alike), Math.max(...alike)] as const) : undefined,
  };
  return html`<chart-figure
    heading=${several ? `Thresholds of the queries: ${run.name}` : 'Thresholds of the queries'}
    note="How many queries have a threshold in each bin."
    file=${several ? `threshold-${run.colour + 1}` : 'threshold'}
    .draw=${(width: number) => histogramChart(chart, width)}
  ></chart-figure>`;
}

function columnsFor(several: boolean): Column<Distribution>[] {
  return several ? [{ label: 'Run', value: ({ run }) => run.name }, ...COLUMNS] : COLUMNS;
}

const COLUMNS: Column<Distribution>[] = [
  { label: 'Model', value: ({ threshold }) => threshold.model },
  { label: 'Percentile', numeric: true, value: ({ threshold }) => threshold.percentile },
  { label: 'Unit', value: ({ threshold }) => UNITS[threshold.unit] },
  countColumn('Queries', ({ threshold }) => threshold.queries, 'threshold.queries'),
  countColumn('Excluded', ({ threshold }) => threshold.excluded, 'threshold.excluded'),
  decimalColumn('Median', 4, ({ threshold }) => threshold.median, 'threshold.median'),
];
