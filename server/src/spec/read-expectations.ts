import { resultsSchema } from '../protocol/results.js';
import { didYouMean, nearest } from './did-you-mean.js';
import { parseExpectation } from './expectation.js';
import type { Reading } from './reader.js';
import type { Expectation, NamedUse } from './types.js';

/** Parts of the results that hold no figure to compare with. */
const WITHOUT_FIGURES = new Set(['schema', 'name', 'run', 'expect', 'skipped']);
const METRICS = Object.keys(resultsSchema.shape).filter((key) => !WITHOUT_FIGURES.has(key));

/** Parts that are there whether the file has such a section or not. */
const ALWAYS_THERE = new Set(['images', 'index', 'stages']);

/** What the paths of expectations may name. */
export interface Measured {
  readonly models: readonly NamedUse[];
  /** Depths of `accuracy.top`. */
  readonly top: readonly number[];
}

/** Reads the `expect` lines; one that can never hold, because its path leads nowhere, is a warning. */
export function readExpectations(reading: Reading, lines: readonly string[], measured: Measured): Expectation[] {
  return lines.flatMap((line, index) => {
    const path = ['expect', index];
    const parsed = parseExpectation(line);
    if (!parsed.ok) {
      reading.error('expect-syntax', path, parsed.problem.message, { hint: parsed.problem.hint });
      return [];
    }
    const unknown = unknownSegment(reading, parsed.value, measured);
    if (unknown) reading.warn('expect-unknown-metric', path, unknown, { range: reading.tree.rangeOf(path) });
    return parsed.value;
  });
}

function unknownSegment(reading: Reading, { path }: Expectation, { models, top }: Measured): string | undefined {
  const [part, model, depth] = path;
  if (!METRICS.includes(part)) return `Results have no "${part}"${didYouMean(nearest(part, METRICS))}`;
  if (!ALWAYS_THERE.has(part) && !reading.tree.nodeAt([part])) return `Without "${part}:" results have no "${part}"`;
  if ((part !== 'accuracy' && part !== 'index') || models.length === 0) return undefined;
  const names = models.map(({ name }) => name);
  if (model === undefined) return `Say of which model, e.g. ${part}.${names[0]}`;
  if (!names.includes(model)) return `No model is named "${model}"${didYouMean(nearest(model, names))}`;
  const [, number] = /^top(\d+)$/.exec(depth ?? '') ?? [];
  return number && !top.includes(Number(number))
    ? `"accuracy.top" has no ${number}: it is ${top.join(', ')}`
    : undefined;
}
