import { html, nothing } from 'lit';
import type { Results } from '../../../server/src/protocol/webview.js';
import { rateBars } from '../charts/rate-bars.js';
import '../charts/chart-figure.js';
import { count, counted, percent } from '../format.js';
import { countColumn, intervalColumns, rateColumn } from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import { whiteBoxTag } from '../parts/mark.js';
import type { Section } from '../parts/section.js';

type Robustness = NonNullable<Results['robustness']>;

interface Found {
  readonly version: string;
  readonly count: number;
  readonly of: number;
  readonly rate: number | null;
  readonly ci95: [number, number] | null;
  readonly precision: number | null;
  readonly whiteBox: boolean;
  readonly colour: string;
}

/** Who is still found after a perturbation, and how often the same test finds a stranger. */
export function robustnessSection({ robustness, poison = [] }: Results): Section | undefined {
  if (!robustness) return undefined;
  const rows = foundRows(robustness, new Set(poison.filter(({ whiteBox }) => whiteBox).map(({ name }) => name)));
  const bars = rows.map((row) => ({ ...row, label: row.whiteBox ? `${row.version} (white-box)` : row.version }));
  const body = html`
    <chart-figure
      heading="Queries that still find their person"
      note="Share of eligible queries with at least one valid result. The control is a stranger’s photograph under the same test."
      file="robustness"
      .draw=${(width: number) => rateBars([{ title: '', bars }], width)}
    ></chart-figure>
    ${dataTable({ caption: 'Queries with a valid result', file: 'robustness', rows, columns: COLUMNS })}
    <p class="quiet">${controlNote(robustness)}</p>
  `;
  return { id: 'robustness', title: 'Robustness', lead: leadOf(robustness), body };
}

function leadOf({ eligible, queries, minValid }: Robustness): string {
  return `${count(eligible)} of ${counted(queries, 'query', 'queries')} are eligible: their originals retrieve at least ${counted(minValid, 'valid result')}.`;
}

function controlNote({ control }: Robustness): string {
  return `A stranger’s photograph is “found” in ${percent(control.rate)} of the cases: a rate near that says little about the person. Precision is the share of valid results that show the right person, where that is known.`;
}

function foundRows({ withValid, all, control }: Robustness, whiteBox: ReadonlySet<string>): Found[] {
  const versions = Object.entries(withValid).map(([version, found]) => ({
    ...found,
    version,
    whiteBox: whiteBox.has(version),
    colour: version === 'original' ? 'var(--accent)' : 'var(--accent-pale)',
  }));
  const unjudged = { precision: null, ci95: null };
  return [
    ...versions,
    { ...unjudged, ...all, version: 'all perturbations', whiteBox: whiteBox.size > 0, colour: 'var(--accent-pale)' },
    { ...unjudged, ...control, version: 'control', whiteBox: false, colour: 'var(--muted)' },
  ];
}

const COLUMNS: Column<Found>[] = [
  { label: 'Queried with', value: ({ version }) => version, show: versionView },
  { label: 'White-box', only: 'saved', value: ({ whiteBox }) => whiteBox },
  countColumn('Found', (row) => row.count),
  countColumn('Of', ({ of }) => of),
  rateColumn('Rate', ({ rate }) => rate),
  ...intervalColumns(({ ci95 }: Found) => ci95),
  rateColumn('Precision', ({ precision }) => precision),
];

function versionView({ version, whiteBox }: Found) {
  return html`<bdi>${version}</bdi>${whiteBox ? whiteBoxTag() : nothing}`;
}
