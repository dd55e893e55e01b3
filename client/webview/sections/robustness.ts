import { html, nothing } from 'lit';
import {
  count,
  counted,
  interval,
  intervalOf,
  percent,
  points,
  pointsInterval,
} from '../../../server/src/protocol/figure-text.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { chartFigures } from '../charts/chart-figure.js';
import { type Found, foundRows, isPerturbed, type Judged, judgedOf, robustnessFigures } from '../figures/robustness.js';
import {
  countColumn,
  decimalColumn,
  intervalColumns,
  pointsColumn,
  pointsIntervalColumns,
  rateColumn,
  whiteBoxColumn,
} from '../parts/columns.js';
import { type Column, dataTable } from '../parts/data-table.js';
import { whiteBoxTag } from '../parts/mark.js';
import type { Section } from '../parts/section.js';
import type { NamedRun } from './run-names.js';

type Robustness = NonNullable<Results['robustness']>;
/** Who is still found after a perturbation, and how often the same test finds somebody else. */
export function robustnessSection(runs: readonly NamedRun[]): Section | undefined {
  const judged = judgedOf(runs);
  const [first] = judged;
  if (!first) return undefined;
  const several = runs.length > 1;
  const rows = judged.flatMap(foundRows);
  const body = html`
    ${chartFigures(robustnessFigures(runs))}
    ${dataTable({ caption: 'Queries with a valid result', file: 'robustness', rows, columns: columnsFor(several) })}
    ${judged.map((one) => besideControl(one, several))} ${trackersTable(judged, several)}
    <p class="quiet">${whatCounts(first)}</p>
  `;
  return { id: 'robustness', title: 'Robustness', lead: leadOf(first), body };
}

type TrackedVersion = NonNullable<Robustness['trackers']>[string]['withValid'][string];

interface Tracked {
  readonly run: NamedRun;
  readonly tracker: string;
  readonly version: string;
  readonly found: TrackedVersion;
}

/** What a tracker finds who searches once, and one who searches again with all that is valid. */
function trackersTable(judged: readonly Judged[], several: boolean) {
  const rows = judged.flatMap(({ run, robustness }) =>
    Object.entries(robustness.trackers ?? {}).flatMap(([tracker, { withValid }]) =>
      Object.entries(withValid).map(([version, found]): Tracked => ({ run, tracker, version, found })),
    ),
  );
  if (rows.length === 0) return nothing;
  const columns = [...(several ? [{ label: 'Run', value: ({ run }: Tracked) => run.name }] : []), ...TRACKED];
  return html`${dataTable({ caption: 'Trackers', file: 'trackers', rows, columns })}
    <p class="quiet">
      A <strong>static</strong> tracker looks at what a query retrieves. A <strong>dynamic</strong> one searches again with
      every valid result, judged by the query’s own threshold and original, as long as new ones come. Whoever finds nothing
      has nothing to search with again, so the same queries are found; what grows is what is found of the person,
      <strong>reached</strong>, and how much of it is of somebody else.
    </p>`;
}

const OF_TRACKER = 'robustness.trackers.*.withValid.*';
const TRACKED: Column<Tracked>[] = [
  {
    label: 'Version',
    value: ({ version }) => version,
    show: ({ version, found }) => html`<bdi>${version}</bdi>${whiteBoxTag(found.whiteBox)}`,
    text: ({ version }) => version,
  },
  { label: 'Tracker', value: ({ tracker }) => tracker },
  rateColumn('Found', ({ found }) => found.rate, `${OF_TRACKER}.rate`),
  rateColumn('Reached', ({ found }) => found.reached.rate, `${OF_TRACKER}.reached.rate`),
  ...intervalColumns<Tracked>(({ found }) => found.reached),
  rateColumn('Precision', ({ found }) => found.precision, `${OF_TRACKER}.precision`),
  decimalColumn('Valid a query', 1, ({ found }) => found.meanValid, `${OF_TRACKER}.meanValid`),
  countColumn('Rounds', ({ found }) => found.rounds, `${OF_TRACKER}.rounds`),
  countColumn('Cut short', ({ found }) => found.cut, `${OF_TRACKER}.cut`),
];

function leadOf({ robustness: { eligible, queries, minValid } }: Judged): string {
  return `${count(eligible)} of ${counted(queries, 'query', 'queries')} are eligible: their originals retrieve at least ${counted(minValid, 'valid result')}.`;
}

/** A rate says nothing of a person where a photograph of somebody else does as well. */
function besideControl({ run, robustness: { withValid, control } }: Judged, several: boolean) {
  const perturbed = Object.entries(withValid).filter(([version]) => isPerturbed(version));
  if (perturbed.length === 0 || control.rate === null) return nothing;
  const sentences = perturbed.flatMap(([version, found]) => {
    const { rate, excess, excessCi95ByIdentity, rightPerson } = found;
    const ci95 = intervalOf(found);
    if (rate === null || !ci95) return [];
    const told = excessCi95ByIdentity
      ? `${points(excess)} from the control (95 %: ${pointsInterval(excessCi95ByIdentity)}), ${againstNone(excessCi95ByIdentity)}`
      : against(ci95, control.rate as number);
    const right =
      rightPerson === undefined || rightPerson === null ? '' : `; the right person in ${percent(rightPerson)}`;
    return `${version}: ${percent(rate)} are still found, ${told}${right}.`;
  });
  return html`<p>
    ${several ? html`<strong><bdi>${run.name}</bdi></strong> ` : nothing}The control, a photograph of somebody else, “finds”
    ${percent(control.rate)}${control.ci95ByIdentity ? ` (95 %: ${interval(control.ci95ByIdentity)})` : ''}. <bdi>${sentences.join(' ')}</bdi>
  </p>`;
}

function against([low, high]: readonly [number, number], control: number): string {
  if (control < low) return 'more than that';
  return control > high ? 'less than that' : 'which cannot be told from that';
}

function againstNone([low, high]: readonly [number, number]): string {
  if (low > 0) return 'more than a stranger';
  return high < 0 ? 'less than a stranger' : 'which cannot be told from a stranger';
}

function whatCounts({ run, robustness: { minValid } }: Judged): string {
  const { retrieve, threshold, poison } = run.results;
  const results = retrieve ? `up to ${counted(retrieve.requested, 'result')} of ${retrieve.model}` : 'its results';
  const judge = threshold ? `, by ${threshold.model},` : '';
  const top1 = poison?.length
    ? ' Top-1 under Perturbations asks whether the one nearest photograph is right: both rates are true, and they may be far apart.'
    : '';
  return `A query is found where any one of ${results} lies${judge} within its own threshold of the original photograph, whichever version was searched with. Eligible are those whose original finds at least ${counted(minValid, 'valid result')}.${top1}`;
}

function columnsFor(several: boolean): Column<Found>[] {
  return several ? [{ label: 'Run', value: ({ run }) => run.name }, ...COLUMNS] : COLUMNS;
}

const COLUMNS: Column<Found>[] = [
  { label: 'Queried with', value: ({ version }) => version, show: versionView, text: ({ version }) => version },
  whiteBoxColumn(({ whiteBox }) => whiteBox, 'robustness.withValid.*.whiteBox'),
  countColumn('Found', (row) => row.count ?? null, 'robustness.withValid.*.count'),
  countColumn('Of', ({ of }) => of, 'robustness.withValid.*.of'),
  rateColumn('Rate', ({ rate }) => rate, 'robustness.withValid.*.rate'),
  ...intervalColumns((found: Found) => found, 'robustness.withValid.*.ci95ByIdentity'),
  pointsColumn('Above control', ({ excess }) => excess ?? null, 'robustness.withValid.*.excess'),
  ...pointsIntervalColumns(
    ({ excessCi95ByIdentity }: Found) => excessCi95ByIdentity,
    'robustness.withValid.*.excessCi95ByIdentity',
  ),
  rateColumn('Right person', ({ rightPerson }) => rightPerson ?? null, 'robustness.withValid.*.rightPerson'),
  countColumn('Apart', ({ apart }) => apart, 'robustness.withValid.*.apart'),
  rateColumn('Precision', ({ precision }) => precision, 'robustness.withValid.*.precision'),
];

function versionView({ version, whiteBox }: Found) {
  return html`<bdi>${version}</bdi>${whiteBoxTag(whiteBox)}`;
}
