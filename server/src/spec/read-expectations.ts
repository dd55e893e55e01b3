import { resultsSchema } from '../protocol/results.js';
import { didYouMean, nearest } from './did-you-mean.js';
import { parseExpectation } from './expectation.js';
import type { Reading } from './reader.js';
import type { Expectation, NamedUse } from './types.js';

/** Parts of the results that hold no figure to compare with. */
const WITHOUT_FIGURES = new Set(['schema', 'name', 'run', 'expect', 'skipped']);
const METRICS = Object.keys(resultsSchema.shape).filter((key) => !WITHOUT_FIGURES.has(key));

/** Reads the `expect` lines; one that can never hold, because its path leads nowhere, is a warning. */
export function readExpectations(
  reading: Reading,
  lines: readonly string[],
  models: readonly NamedUse[],
): Expectation[] {
  return lines.flatMap((line, index) => {
    const path = ['expect', index];
    const parsed = parseExpectation(line);
    if (!parsed.ok) {
      reading.error('expect-syntax', path, parsed.problem.message, { hint: parsed.problem.hint });
      return [];
    }
    const unknown = unknownSegment(parsed.value, models);
    if (unknown) reading.warn('expect-unknown-metric', path, unknown, { range: reading.tree.rangeOf(path) });
    return parsed.value;
  });
}

function unknownSegment({ path: [first, second] }: Expectation, models: readonly NamedUse[]): string | undefined {
  if (!METRICS.includes(first)) return `Results have no "${first}"${didYouMean(nearest(first, METRICS))}`;
  const names = models.map(({ name }) => name);
  if ((first !== 'accuracy' && first !== 'index') || names.includes(second)) return undefined;
  return `No model is named "${second ?? ''}"${didYouMean(nearest(second ?? '', names))}`;
}
