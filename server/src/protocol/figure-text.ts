/*
 * How figures are written, everywhere alike: beside a line, in a terminal, a panel, a report and a message. A unit stands
 * after a plain space, and a dash for what was not measured.
 */

import type { FigureKind, WhiteBox } from './results/figure.js';

export type { WhiteBox };

type Known = number | null | undefined;

export const NONE = '–';

/**
 * A share of 1 in per cent, with one decimal: `94.3 %`. A share near none or all has as many as it takes to be told from
 * it, six at the most: `0.02 %`, `99.97 %`.
 */
export function percent(share: Known): string {
  return isNothing(share) ? NONE : `${percentNumber(share)} %`;
}

/** An interval of shares in per cent: `92.0–96.1 %`. */
export function interval(bounds: readonly [number, number] | null | undefined): string {
  return bounds ? `${percentNumber(bounds[0])}–${percent(bounds[1])}` : NONE;
}

/** A difference of shares, in points of a percentage and with its sign: `−12.5 points`. */
export function points(difference: Known): string {
  return isNothing(difference) ? NONE : `${signed(difference)} points`;
}

/** An interval of differences: `−15.2 to −9.8 points`. */
export function pointsInterval(bounds: readonly [number, number] | null | undefined): string {
  return bounds ? `${signed(bounds[0])} to ${points(bounds[1])}` : NONE;
}

function signed(difference: number): string {
  const written = percentNumber(Math.abs(difference), [0]);
  return Number(written) === 0 ? written : `${difference < 0 ? '−' : '+'}${written}`;
}

/** Stands beside every rate whose evaluating model the attack was made against; empty of a black box. */
export function whiteBoxWords(whiteBox: WhiteBox | undefined): string {
  if (whiteBox === 'unknown') return 'white-box unknown';
  return whiteBox ? 'white-box' : '';
}

/** What was counted, with the intervals of its rate; each part may be missing. */
export interface Counted {
  readonly count?: number;
  readonly hits?: number;
  readonly of?: number;
  readonly ci95?: readonly [number, number] | null;
  readonly ci95ByIdentity?: readonly [number, number] | null;
  readonly byIdentity?: 'bootstrap' | 'wilson' | null;
}

/** The interval that is shown of a rate: over identities where there is one, else over what was counted. */
export function intervalOf(counted: unknown): readonly [number, number] | null | undefined {
  const { ci95, ci95ByIdentity } = (counted ?? {}) as Counted;
  return ci95ByIdentity ?? ci95;
}

/** Without the sign, with as many decimals as it takes not to be written as one of the others, which it is not. */
function percentNumber(share: number, others: readonly number[] = [0, 1]): string {
  const written = [1, 2, 3, 4, 5, 6].map((decimals) => (100 * share).toFixed(decimals));
  const isApart = (text: string) => others.every((other) => other === share || Number(text) !== 100 * other);
  return written.find(isApart) ?? (100 * share).toFixed(6);
}

/**
 * What an expectation found, in per cent where it is (`top1 >= 85%`), and told from its bound: `84.98 %` where that is
 * not the 85 % which was asked for.
 */
export function foundText(expectation: string, actual: Known): string {
  if (isNothing(actual)) return 'not measured';
  const [, bound] = /(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*%\s*$/.exec(expectation) ?? [];
  if (bound === undefined) return String(Number(actual.toPrecision(6)));
  return `${percentNumber(actual, [0, 1, Number(bound) / 100])} %`;
}

/** A figure by what it is a number of. */
export function figureText(kind: FigureKind, value: Known): string {
  switch (kind) {
    case 'share':
      return percent(value);
    case 'points':
      return points(value);
    case 'count':
      return count(value);
    case 'seconds':
      return duration(value);
    case 'megabytes':
      return megabytes(value);
    default:
      return distance(value);
  }
}

/** A distance, to three digits that count. */
export function distance(value: Known): string {
  return isNothing(value) ? NONE : String(Number(value.toPrecision(3)));
}

/** A number with a fixed number of decimals, for columns and axes. */
export function decimal(value: Known, digits: number): string {
  return isNothing(value) ? NONE : value.toFixed(digits);
}

/** A count with its thousands apart: `2,040`. */
export function count(value: Known): string {
  return isNothing(value) ? NONE : value.toLocaleString('en');
}

/** A count with its noun: `1 image`, `2,040 images`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `a name`, `an index`. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** What something took, in the two largest units that matter: `40 ms`, `12.3 s`, `11 min 42 s`, `2 h 5 min`. */
export function duration(seconds: Known): string {
  // The bounds are where rounding would reach the next unit.
  if (isNothing(seconds)) return NONE;
  if (seconds < 0.9995) return `${Math.round(1000 * seconds)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What something may take, no more exact than an estimate is: `5 s`, `2 min`, `3.5 h`. */
export function roughly(seconds: Known): string {
  if (isNothing(seconds)) return NONE;
  if (seconds < 89.5) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5370 ? `${Math.round(seconds / 60)} min` : `${Number((seconds / 3600).toFixed(1))} h`;
}

/** Memory or disk, in units of 1024: `under 1 MB`, `820 MB`, `1.2 GB`. */
export function megabytes(value: Known): string {
  if (isNothing(value)) return NONE;
  if (value < 1) return value === 0 ? '0 MB' : 'under 1 MB';
  return value < 1023.5 ? `${Math.round(value)} MB` : `${(value / 1024).toFixed(1)} GB`;
}

/** How much of something is done, never more than is: `34 %`. */
export function portion(done: number, total: number): string {
  return `${Math.floor((100 * done) / total)} %`;
}

/** How fast something goes, to two digits that count or a whole number: `0.35/s`, `128/s`. */
export function speed(perSecond: Known): string {
  if (isNothing(perSecond)) return NONE;
  return `${perSecond >= 10 ? Math.round(perSecond) : Number(perSecond.toPrecision(2))}/s`;
}

function isNothing(value: Known): value is null | undefined {
  return value === null || value === undefined;
}
