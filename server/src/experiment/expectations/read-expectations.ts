import type { Expectation } from '../../stages/spec.js';
import type { Reading } from '../reader.js';
import { type Measured, unfitBound, unknownFigure } from './check-figure.js';
import { parseExpectation } from './expectation.js';

/** Reads the `expect` lines: one whose path leads nowhere is a warning, one that its number cannot fit an error. */
export function readExpectations(reading: Reading, lines: readonly string[], measured: Measured): Expectation[] {
  return lines.flatMap((line, index) => {
    const path = ['expect', index];
    const range = reading.tree.rangeOf(path);
    const parsed = parseExpectation(line);
    if (!parsed.ok) {
      reading.error('expect-syntax', path, parsed.problem.message, { hint: parsed.problem.hint });
      return [];
    }
    const unknown = unknownFigure(parsed.value.path, measured);
    if (unknown) reading.warn('expect-unknown-metric', path, unknown, { range });
    const unfit = unfitBound(parsed.value);
    if (unfit) reading.error('expect-unfit', path, unfit.message, { range, hint: unfit.hint, suggestion: unfit.meant });
    const { text, path: figure, operator, value } = parsed.value;
    return [{ text, path: figure, operator, value }];
  });
}
