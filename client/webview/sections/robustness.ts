import { html, nothing } from 'lit';
import { partsOfVersion } from '../../../server/src/protocol/names.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { type FunnelStep, funnelChart } from '../charts/funnel.js';
import { type BarGroup, rateBars } from '../charts/rate-bars.js';
import '../charts/chart-figure.js';
import {
  type Counted,
  count,
  counted,
  interval,
  intervalOf,
  percent,
  points,
  pointsInterval,
  type WhiteBox,
  whiteBoxWords,
} from '../../../server/src/protocol/figure-text.js';
import {
  countColumn,
  decimalColumn,
  INTERVAL_NOTE,
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
interface Judged {
  readonly run: NamedRun;
  readonly robustness: Robustness;
}

interface Found extends Counted {
  readonly run: NamedRun;
  readonly version: string;
  readonly of: number;
  readonly rate: number | null;
  readonly excess?: number | null;
  readonly excessCi95ByIdentity?: readonly [number, number] | null;
  readonly rightPerson?: number | null;
  readonly precision: number | null;
  /** Eligible queries that it could not be judged on. */
  readonly apart: number | null;
  readonly whiteBox: WhiteBox;
}

const ALL = 'all perturbations';
const CONTROL = 'control';

/** Who is still found after a perturbation, and how often the same test finds somebody else. */
export function robustnessSection(runs: readonly NamedRun[]): Section | undefined {
  const judged = runs.flatMap((run) => (run.results.robustness ? [{ run, robustness: run.results.robustness }] : []));
  const [first] = judged;
  if (!first) return undefined;
  const several = runs.length > 1;
  const rows = judged.flatMap(foundRows);
  const shown = rows.filter(({ version }) => partsOfVersion(version)[1] === undefined);
  const groups = several ? groupsByVersion(shown) : [{ title: '', bars: shown.map(barOf) }];
  const body = html`
    ${judged.map((one) => funnelOf(one, several))}
    <chart-figure
      heading="Queries that still find their person"
      note=${`Share of eligible queries with at least one valid result. Lines: ${INTERVAL_NOTE} The control is the share of other people’s photographs that the same test finds.`}
      file="robustness"
      .draw=${(width: number) => rateBars(groups, width, 'share of eligible queries')}
    ></chart-figure>
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

/** From all queries to those that find their person whatever is done to them. */
function funnelOf(judged: Judged, several: boolean) {
  const { run } = judged;
  return html`<chart-figure
    heading=${several ? `Who is still found: ${run.name}` : 'Who is still found'}
    note="How many queries are left at each step, and their share of the step that they are a part of, which is behind them."
    file=${several ? `funnel-${run.colour + 1}` : 'funnel'}
    .draw=${(width: number) => funnelChart(funnelSteps(judged), width)}
  ></chart-figure>`;
}

function funnelSteps({ run, robustness }: Judged): FunnelStep[] {
  const { queries, eligible, all } = robustness;
  const colour = `var(--run-${run.colour})`;
  const pale = `var(--run-${run.colour}-pale)`;
  const perturbed = foundRows({ run, robustness }).filter(({ version }) => isPerturbed(version));
  return [
    { label: 'searched for', count: queries, of: null, colour },
    { label: 'eligible', count: eligible, of: queries, colour },
    ...perturbed.map((row) => ({ label: `after ${labelOf(row)}`, count: row.count ?? 0, of: row.of, colour: pale })),
    { label: 'after each of them', count: all.count, of: all.of, colour: pale },
  ];
}
const UNPERTURBED = new Set(['original', ALL, CONTROL]);

/** What is behind a countermeasure has a table of its own. */
function isPerturbed(version: string): boolean {
  return !UNPERTURBED.has(version) && partsOfVersion(version)[1] === undefined;
}

function foundRows({ run, robustness: { withValid, all, control } }: Judged): Found[] {
  const versions = Object.entries(withValid).map(([version, found]) => ({
    ...found,
    apart: found.apart ?? null,
    run,
    version,
    whiteBox: found.whiteBox ?? false,
  }));
  const unjudged = { run, precision: null, apart: null };
  return [
    ...versions,
    { ...unjudged, ...all, version: ALL, whiteBox: anyOf(versions.map(({ whiteBox }) => whiteBox)) },
    { ...unjudged, ...control, version: CONTROL, whiteBox: false },
  ];
}

function labelOf({ version, whiteBox }: Found): string {
  return withBox(version, whiteBox);
}

function withBox(name: string, whiteBox: WhiteBox): string {
  return whiteBox ? `${name} (${whiteBoxWords(whiteBox)})` : name;
}

function anyOf(boxes: readonly WhiteBox[]): WhiteBox {
  return boxes.includes(true) || (boxes.includes('unknown') ? 'unknown' : false);
}

/** One run by itself: its original apart from what was perturbed, and from the control. */
function barOf(row: Found) {
  return {
    ...row,
    ci95: intervalOf(row) ?? null,
    label: labelOf(row),
    colour: COLOURS[row.version] ?? 'var(--accent-pale)',
  };
}
const COLOURS: Readonly<Record<string, string>> = { original: 'var(--accent)', [CONTROL]: 'var(--muted)' };

/** Several runs: each version with a bar of each, in the run's colour. */
function groupsByVersion(rows: readonly Found[]): BarGroup[] {
  return [...new Set(rows.map(({ version }) => version))].map((title) => ({
    title,
    bars: rows
      .filter(({ version }) => version === title)
      .map((row) => ({
        ...row,
        ci95: intervalOf(row) ?? null,
        label: withBox(row.run.name, row.whiteBox),
        colour: `var(--run-${row.run.colour})`,
      })),
  }));
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
