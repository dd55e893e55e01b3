import { html } from 'lit';
import type { Results } from '../../../server/src/protocol/webview.js';
import { histogramChart } from '../charts/histogram.js';
import '../charts/chart-figure.js';
import { countColumn, decimalColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import type { Section } from '../parts/section.js';

type Threshold = NonNullable<Results['threshold']>;

const UNITS: Record<Threshold['unit'], string> = { 'squared-l2': 'squared L2', l2: 'L2' };

/** How near a result must be to count as the same person. */
export function thresholdSection({ threshold }: Results): Section | undefined {
  if (!threshold) return undefined;
  const { histogram, median, model, percentile, unit } = threshold;
  const label = `threshold (${UNITS[unit]})`;
  const lead = `A query’s threshold is the percentile ${percentile} of its distances to the other images of the same person, by ${model}.`;
  const body = html`
    <chart-figure
      heading="Thresholds of the queries"
      note="How many queries have a threshold in each bin."
      file="threshold"
      .draw=${(width: number) => histogramChart({ ...histogram, median, label }, width)}
    ></chart-figure>
    ${dataTable({ caption: 'How it was set', file: 'threshold', rows: [threshold], columns: COLUMNS })}
    <p class="quiet"><strong>Excluded</strong> queries are of people who have a single image.</p>
  `;
  return { id: 'threshold', title: 'Threshold', lead, body };
}

const COLUMNS: Column<Threshold>[] = [
  { label: 'Model', value: ({ model }) => model },
  { label: 'Percentile', numeric: true, value: ({ percentile }) => percentile },
  { label: 'Unit', value: ({ unit }) => UNITS[unit] },
  countColumn('Queries', ({ queries }) => queries),
  countColumn('Excluded', ({ excluded }) => excluded),
  decimalColumn('Median', 4, ({ median }) => median),
];
