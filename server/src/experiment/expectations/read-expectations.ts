import type { Reading } from '../reader.js';
import type { Expectation } from '../types.js';
import { parseExpectation } from './expectation.js';
import { type Measured, unknownMetric } from './unknown-metric.js';

/** Reads the `expect` lines; one that can never hold, because its path leads nowhere, is a warning. */
export function readExpectations(reading: Reading, lines: readonly string[], measured: Measured): Expectation[] {
  return lines.flatMap((line, index) => {
    const path = ['expect', index];
    const parsed = parseExpectation(line);
    if (!parsed.ok) {
      reading.error('expect-syntax', path, parsed.problem.message, { hint: parsed.problem.hint });
      return [];
    }
    const isWritten = (section: string) => reading.tree.nodeAt([section]) !== undefined;
    const unknown = unknownMetric(parsed.value.path, measured, isWritten);
    if (unknown) reading.warn('expect-unknown-metric', path, unknown, { range: reading.tree.rangeOf(path) });
    return parsed.value;
  });
}
