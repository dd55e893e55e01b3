import { type Counted, intervalOf, type WhiteBox, whiteBoxWords } from '../../../server/src/protocol/figure-text.js';
import { partsOfVersion } from '../../../server/src/protocol/names.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { type FunnelStep, funnelChart } from '../charts/funnel.js';
import { type BarGroup, rateBars } from '../charts/rate-bars.js';
import type { NamedRun } from '../sections/run-names.js';
import { type Figure, INTERVAL_NOTE } from './figure.js';

export interface Judged {
  readonly run: NamedRun;
  readonly robustness: NonNullable<Results['robustness']>;
}

export interface Found extends Counted {
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

export function judgedOf(runs: readonly NamedRun[]): Judged[] {
  return runs.flatMap((run) => (run.results.robustness ? [{ run, robustness: run.results.robustness }] : []));
}

/** Who is still found after a perturbation, and how often the same test finds somebody else. */
export function robustnessFigures(runs: readonly NamedRun[]): Figure[] {
  const judged = judgedOf(runs);
  if (judged.length === 0) return [];
  const several = runs.length > 1;
  // What is behind a countermeasure has a table of its own.
  const shown = judged.flatMap(foundRows).filter(({ version }) => partsOfVersion(version)[1] === undefined);
  const groups = several ? groupsByVersion(shown) : [{ title: '', bars: shown.map(barOf) }];
  return [
    ...judged.map((one) => funnelOf(one, several)),
    {
      heading: 'Queries that still find their person',
      note: `Share of eligible queries with at least one valid result. Lines: ${INTERVAL_NOTE} The control is the share of other people’s photographs that the same test finds.`,
      file: 'robustness',
      draw: (width) => rateBars(groups, width, 'share of eligible queries'),
    },
  ];
}

/** From all queries to those that find their person whatever is done to them. */
function funnelOf(judged: Judged, several: boolean): Figure {
  const { run } = judged;
  return {
    heading: several ? `Who is still found: ${run.name}` : 'Who is still found',
    note: 'How many queries are left at each step, and their share of the step that they are a part of, which is behind them.',
    file: several ? `funnel-${run.colour + 1}` : 'funnel',
    draw: (width) => funnelChart(funnelSteps(judged), width),
  };
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
export function isPerturbed(version: string): boolean {
  return !UNPERTURBED.has(version) && partsOfVersion(version)[1] === undefined;
}

export function foundRows({ run, robustness: { withValid, all, control } }: Judged): Found[] {
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
