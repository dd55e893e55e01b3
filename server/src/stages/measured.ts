import { parsePath } from '../protocol/figure-path.js';
import { type Counted, count, figureText, interval, intervalOf } from '../protocol/figure-text.js';
import { lookUp, valuesAlong } from '../protocol/results/look-up.js';
import type { Results } from '../protocol/results.js';
import { type Figure, withNames } from './figures.js';

/** A figure as a run measured it. */
export interface MeasuredFigure {
  readonly value: number;
  /** As it is written, with its unit. */
  readonly text: string;
  /** Beside its line: `top-1 94.3 %`; absent of figures that have no such place. */
  readonly short?: string;
  /** Whether who evaluates is a surrogate, where that is asked. */
  readonly whiteBox?: boolean;
  /** A sentence, Markdown: what it is, of how many, its interval. */
  readonly sentence: string;
}

/** A figure of a run's results; undefined where the run did not measure it. */
export function measuredFigure(results: Results, figure: Figure): MeasuredFigure | undefined {
  const path = parsePath(figure.path) ?? [];
  const value = lookUp(results, path);
  if (value === null) return undefined;
  const along = valuesAlong(results, path);
  const text = figureText(figure.kind, value);
  return {
    value,
    text,
    short: figure.short && withNames(figure.short, { ...figure.names, value: text }),
    whiteBox: along.some((part) => (part as { whiteBox?: unknown }).whiteBox === true) || undefined,
    sentence: `**${withNames(figure.label, figure.names)}** ${text}${countsOf(along.at(-1))}. ${withNames(figure.docs, figure.names)}.`,
  };
}

/** `: 482 of 510, 95 % interval 92.0–96.1 %`, of what was counted. */
function countsOf(part: unknown): string {
  if (typeof part !== 'object' || part === null) return '';
  const { count: counted, hits = counted, of } = part as Counted;
  const ci95 = intervalOf(part);
  if (hits === undefined || of === undefined) return '';
  return `: ${count(hits)} of ${count(of)}${ci95 ? `, 95 % interval ${interval(ci95)}` : ''}`;
}
