import { fail, ok, type Result } from '../../protocol/errors.js';
import { type PathSegment, readPath } from '../../protocol/figure-path.js';
import { lookUp } from '../../protocol/results/look-up.js';
import type { Results } from '../../protocol/results.js';
import type { ComparisonOperator, Expectation } from '../../stages/spec.js';

/** What follows the path; the operator is taken at its longest. A number may begin with its point. */
const COMPARISON = /^(\s*)(>=|<=|==|!=|>|<)(\s*)(-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?)(\s*)(%?)\s*$/;

const COMPARE: Readonly<Record<ComparisonOperator, (actual: number, value: number) => boolean>> = {
  '>=': (actual, value) => actual >= value,
  '<=': (actual, value) => actual <= value,
  '>': (actual, value) => actual > value,
  '<': (actual, value) => actual < value,
  '==': (actual, value) => actual === value,
  '!=': (actual, value) => actual !== value,
};

/** An expectation with its number as it is written. */
export interface ParsedExpectation extends Expectation {
  readonly number: string;
  /** Whether a per cent sign follows the number. */
  readonly percent: boolean;
}

/** Reads `path op number[%]`, e.g. `accuracy.face-recognition.top1 >= 85%`. */
export function parseExpectation(text: string): Result<ParsedExpectation> {
  const parts = partsOf(text);
  if (!parts) {
    const hint = 'Write a path, one of >= <= > < == !=, and a number: accuracy.face-recognition.top1 >= 85%';
    return fail('expect-syntax', `"${text}" is not of the form "path op number"`, { hint });
  }
  const { segments, operator, number, percent } = parts;
  const value = percent ? Number(number) / 100 : Number(number);
  return ok({ text, path: segments.map((segment) => segment.text), operator, value, number, percent });
}

/** Offsets in the text of an expectation, from the part's first character to behind its last. */
export interface ExpectationSpans {
  readonly path: readonly [start: number, end: number];
  readonly segments: readonly PathSegment[];
  readonly operator: readonly [start: number, end: number];
  /** With the percent sign. */
  readonly value: readonly [start: number, end: number];
}

/** Where the parts of an expectation stand, or undefined where it is none. */
export function expectationSpans(text: string): ExpectationSpans | undefined {
  return partsOf(text)?.spans;
}

function partsOf(text: string) {
  const start = text.length - text.trimStart().length;
  const path = readPath(text, start);
  const match = path && COMPARISON.exec(text.slice(path.end));
  if (!match) return undefined;
  const [, before = '', operator = '', between = '', number = '', gap = '', percent = ''] = match;
  const operatorAt = path.end + before.length;
  const valueAt = operatorAt + operator.length + between.length;
  const valueEnd = valueAt + number.length + (percent ? gap.length + 1 : 0);
  const spans: ExpectationSpans = {
    path: [start, path.end],
    segments: path.segments,
    operator: [operatorAt, operatorAt + operator.length],
    value: [valueAt, valueEnd],
  };
  return { segments: path.segments, operator: operator as ComparisonOperator, number, percent: percent !== '', spans };
}

/** Looks the path up in a run's results and compares; a path that leads to no number is null and does not hold. */
export function evaluateExpectation(expectation: Expectation, results: Results): Results['expect'][number] {
  const actual = lookUp(results, expectation.path);
  const holds = actual !== null && COMPARE[expectation.operator](actual, expectation.value);
  return { text: expectation.text, actual, ok: holds };
}
