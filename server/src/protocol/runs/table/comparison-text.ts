import { figureText, interval, NONE, points, pointsInterval } from '../../figure-text.js';
import type { FigureKind } from '../../results/figure.js';
import { whiteBoxText } from './columns.js';
import type { ComparedFigure, ComparedVerdict, RunComparison } from './run-comparison.js';
import type { Setting } from './run-row.js';

/*
 * How what tells runs apart is said: by the command line and by the page of a panel alike.
 */

/** What a run is called in the heads of tables, by its place: names may be as long as settings are. */
export function letterOf(place: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + place);
}

export function settingText(value: Setting): string {
  return value === null ? NONE : String(value);
}

/** A figure of the run at a place, with its interval, and a white-box rate as one. */
export function valueText({ kind, values, intervals, whiteBox }: ComparedFigure, place: number): string {
  const bounds = intervals[place];
  const between = kind === 'share' && bounds ? ` (${interval(bounds)})` : '';
  return `${figureText(kind, values[place])}${between}${whiteBoxText({ whiteBox: whiteBox[place] || undefined })}`;
}

/** What a figure has more than another: shares differ by points. */
export function deltaText(kind: FigureKind, delta: number | null): string {
  if (delta === null) return NONE;
  if (delta === 0) return '0';
  if (kind === 'share' || kind === 'points') return points(delta);
  return `${delta > 0 ? '+' : '−'}${figureText(kind, Math.abs(delta))}`;
}

/** The difference of the run at a place, which is not the first, with what the test of it on queries came to. */
export function testedDeltaText({ kind, deltas, tests }: ComparedFigure, place: number, of: RunComparison): string {
  const test = of.queries[tests[place - 1] ?? -1];
  return [deltaText(kind, deltas[place - 1] ?? null), ...(test ? testText(test) : [])].join(', ');
}

/** By identity, or where it is not known of every query whose it is by McNemar’s test, which is said. */
function testText({ p, pByIdentity }: ComparedVerdict): string[] {
  if (pByIdentity !== null) return [`p ${probability(pByIdentity)}`];
  return p === null ? [] : [`McNemar p ${probability(p)}`];
}

/** To two digits that count, with its sign: `= 0.031`, `< 0.0001`. */
export function probability(p: number): string {
  return p < 0.0001 ? '< 0.0001' : `= ${Number(p.toPrecision(2))}`;
}

/** The cells of a verdict under `VERDICT_HEADS`. */
export function verdictCells(verdict: ComparedVerdict): string[] {
  const { both, gained, lost, unpaired, difference, ci95ByIdentity, p, pByIdentity } = verdict;
  const counts = [both, gained, lost, unpaired].map((count) => count.toLocaleString('en'));
  const tested = [p, pByIdentity].map((one) => (one === null ? NONE : probability(one).replace('= ', '')));
  return [...counts, deltaText('share', difference), pointsInterval(ci95ByIdentity), ...tested];
}

export const VERDICT_HEADS = [
  'in both',
  'gained',
  'lost',
  'in one alone',
  'difference',
  '95 % interval',
  'p, McNemar',
  'p by identity',
] as const;

/** Whether the two runs judged any query otherwise, or not the same ones. */
export function isOtherwise({ gained, lost, unpaired }: ComparedVerdict): boolean {
  return gained + lost + unpaired > 0;
}
