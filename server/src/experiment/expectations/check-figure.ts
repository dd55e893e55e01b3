import { formatPath, inShort } from '../../protocol/figure-path.js';
import { percent } from '../../protocol/figure-text.js';
import { itemAt } from '../../protocol/item-at.js';
import { findNamed } from '../../protocol/names.js';
import type { FigureMeaning, NameKind } from '../../protocol/results/figure.js';
import {
  type FigurePattern,
  figureAt,
  followPath,
  isMeasured,
  isShortened,
  nameSources,
  type PatternSegment,
} from '../../stages/figures.js';
import { didYouMean, nearest } from '../checks/did-you-mean.js';
import type { ParsedExpectation } from './expectation.js';

/** What a file gives that figures are told apart by. */
export interface Measured {
  readonly names: Readonly<Record<NameKind, readonly string[]>>;
  isWritten(section: string): boolean;
}

/** Why a path leads to no figure of the results that a file will have, or undefined where it leads to one. */
export function unknownFigure(path: readonly string[], measured: Measured): string | undefined {
  const { path: segments, matching, depth } = followPath(path);
  const [block = ''] = segments;
  if (depth === 0) return `Results have no "${block}"${didYouMean(nearest(block, beginnings(matching)))}`;
  if (!isMeasured(itemAt(matching, 0), measured.isWritten)) return `Without "${block}:" results have no "${block}"`;
  const place = formatPath(segments.slice(0, depth));
  const beyond = segments[depth];
  if (beyond !== undefined) return nothingSuch(place, beyond, matching, depth, measured);
  const known = matching.find(({ segments: { length } }) => length === segments.length);
  if (!known) return incomplete(place, matching, depth, measured);
  return unknownName(known, segments, measured);
}

function nothingSuch(
  place: string,
  segment: string,
  matching: readonly FigurePattern[],
  depth: number,
  measured: Measured,
): string {
  const words = wordsAt(matching, depth, measured);
  if (words.length === 0) return `"${place}" is a figure: nothing follows it`;
  return `"${place}" has no "${segment}"${didYouMean(nearest(segment, words))}`;
}

function incomplete(place: string, matching: readonly FigurePattern[], depth: number, measured: Measured): string {
  const words = wordsAt(matching, depth, measured);
  const kind = matching.map(({ segments }) => segments[depth]).find((segment) => typeof segment === 'object')?.kind;
  const what = kind && nameSources[kind]?.what;
  if (!what) return `Say which figure of "${place}": ${words.join(', ')}`;
  return `Say of which ${what}, e.g. ${place}.${formatPath([words[0] ?? what])}`;
}

function unknownName({ segments }: FigurePattern, path: readonly string[], { names }: Measured): string | undefined {
  for (const [n, segment] of segments.entries()) {
    if (typeof segment === 'string') continue;
    const known = names[segment.kind] ?? [];
    // Of a section that could not be read it is not known which names it gives.
    const written = itemAt(path, n);
    if (known.length === 0 || findNamed(known, (name) => name, written) !== undefined) continue;
    const what = nameSources[segment.kind]?.what ?? segment.kind;
    // Nobody misspells a number.
    const meant = known.every((name) => Number.isFinite(Number(name))) ? undefined : nearest(written, known);
    return `No ${what} is named "${written}"${meant ? didYouMean(meant) : `; there are ${known.join(', ')}`}`;
  }
  return undefined;
}

function beginnings(patterns: readonly FigurePattern[]): string[] {
  return [...new Set(patterns.map(({ segments: [block] }) => String(block)))];
}

function wordsAt(matching: readonly FigurePattern[], depth: number, { names }: Measured): string[] {
  const namesOf = (segment: PatternSegment | undefined) =>
    typeof segment === 'object' ? (names[segment.kind] ?? []) : [];
  const wordsOf = (segments: readonly PatternSegment[]) => {
    const [segment, name, figure] = segments.slice(depth);
    if (segment === undefined) return [];
    if (segment !== 'at' || !isShortened(segments, depth))
      return typeof segment === 'string' ? [segment] : namesOf(segment);
    return namesOf(name).flatMap((point) => inShort([segment, point, String(figure)], 0));
  };
  return [...new Set(matching.flatMap(({ segments }) => wordsOf(segments)))];
}

/** What is wrong with the number that a figure is compared with, and the one that was meant, where that is plain. */
export interface UnfitBound {
  readonly message: string;
  readonly hint: string;
  /** In the place of the number and its sign. */
  readonly meant?: string;
}

const SIGNS: Partial<Record<FigureMeaning['kind'], string>> = {
  count: 'a count',
  distance: 'a distance',
  seconds: 'a number of seconds',
  megabytes: 'a number of megabytes',
  number: 'no share',
};

/** A share lies between 0 % and 100 %, a difference of shares between −100 % and 100 %; nothing else is written in per cent. */
export function unfitBound({ path, value, number, percent: isPercent }: ParsedExpectation): UnfitBound | undefined {
  const figure = figureAt(path)?.pattern;
  if (!figure) return undefined;
  const written = formatPath(path);
  if (figure.kind !== 'share' && figure.kind !== 'points') {
    if (!isPercent) return undefined;
    const message = `"${written}" is ${SIGNS[figure.kind]}, which is not written in per cent`;
    return { message, hint: `Write ${number}.`, meant: number };
  }
  const [least, what] = figure.kind === 'share' ? [0, 'a share'] : [-1, 'a difference of shares'];
  if (value >= least && value <= 1) return undefined;
  const message = `"${written}" is ${what} between ${100 * least} % and 100 %, and ${number}${isPercent ? ' %' : ''} is none`;
  const isInPercent = Number(number) > 1 || (least < 0 && Number(number) < -1);
  const asPercent = isInPercent && Math.abs(Number(number)) <= 100 && !isPercent ? `${number}%` : undefined;
  const hint = asPercent
    ? `Write ${asPercent}, which is ${percent(Number(number) / 100)}.`
    : `Write a number from ${100 * least}% to 100%.`;
  return { message, hint, meant: asPercent };
}
