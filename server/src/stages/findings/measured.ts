import { parsePath } from '../../protocol/figure-path.js';
import { type Counted, count, figureText, interval, intervalOf } from '../../protocol/figure-text.js';
import { lookUp, valuesAlong } from '../../protocol/results/look-up.js';
import { fieldOf } from '../../protocol/results/schema-walk.js';
import type { Results } from '../../protocol/results.js';
import { type Figure, withNames } from '../figures.js';

/** A figure as a run measured it. */
export interface MeasuredFigure {
  readonly value: number;
  /** As it is written, with its unit. */
  readonly text: string;
  /** Beside its line: `top-1 94.3 %`; absent of figures that have no such place. */
  readonly short?: string;
  /** Its 95 % interval: by identity where it has one, else Wilson's. */
  readonly interval?: readonly [number, number];
  /** Whether who evaluates is a surrogate; absent where it is none. */
  readonly whiteBox?: true | 'unknown';
  /** A sentence, Markdown: what it is, of how many, its interval. */
  readonly sentence: string;
}

/** A figure of a run's results; undefined where the run did not measure it, or has not yet. */
export function measuredFigure(results: Results, figure: Figure): MeasuredFigure | undefined {
  const path = parsePath(figure.path) ?? [];
  const value = lookUp(results, path);
  if (value === null || !isCounted(results, path)) return undefined;
  const along = valuesAlong(results, path);
  const text = figureText(figure.kind, value);
  return {
    value,
    text,
    short: figure.short && withNames(figure.short, { ...figure.names, value: text }),
    interval: intervalOf(along.at(-1)) ?? undefined,
    whiteBox: whiteBoxAlong(along),
    sentence: `**${withNames(figure.label, figure.names)}** ${text}${countsOf(along.at(-1))}. ${withNames(figure.docs, figure.names)}.`,
  };
}

/** Counts of images are there from the beginning, and mean something when the stage that counts them is done. */
function isCounted({ run, stages }: Results, [section, name = '']: readonly string[]): boolean {
  if (section !== 'images' || run.status === 'done') return true;
  const by = ['total', 'identities', 'missing'].includes(name) ? 'dataset' : 'embed';
  return stages.some((stage) => stage.name === by);
}

/** The figure's own, or that of what it is about. */
function whiteBoxAlong(along: readonly unknown[]): MeasuredFigure['whiteBox'] {
  const said = along.map((part) => fieldOf(part, 'whiteBox'));
  return said.includes(true) ? true : said.includes('unknown') ? 'unknown' : undefined;
}

/** `: 482 of 510, 95 % interval 92.0–96.1 %`, of what was counted. */
function countsOf(part: unknown): string {
  if (typeof part !== 'object' || part === null) return '';
  const { count: counted, hits = counted, of } = part as Counted;
  const ci95 = intervalOf(part);
  if (hits === undefined || of === undefined) return '';
  return `: ${count(hits)} of ${count(of)}${ci95 ? `, 95 % interval ${interval(ci95)}` : ''}`;
}
