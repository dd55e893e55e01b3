import { fail, ok, type Result } from '../../protocol/errors.js';
import { parsePath } from '../../protocol/figure-path.js';
import { findNamed } from '../../protocol/names.js';
import type { Results } from '../../protocol/results.js';
import type { ComparisonOperator, Expectation } from '../types.js';

/** The path may hold anything but white space; the operator is taken at its longest. */
const FORM = /^\s*(\S+?)\s*(>=|<=|==|!=|>|<)\s*(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(%?)\s*$/d;

const COMPARE: Readonly<Record<ComparisonOperator, (actual: number, value: number) => boolean>> = {
  '>=': (actual, value) => actual >= value,
  '<=': (actual, value) => actual <= value,
  '>': (actual, value) => actual > value,
  '<': (actual, value) => actual < value,
  '==': (actual, value) => actual === value,
  '!=': (actual, value) => actual !== value,
};

/** Reads `path op number[%]`, e.g. `accuracy.face-recognition.top1 >= 85%`. */
export function parseExpectation(text: string): Result<Expectation> {
  const match = FORM.exec(text);
  const path = match && parsePath(match[1]);
  if (!path) {
    const hint = 'Write a path, one of >= <= > < == !=, and a number: accuracy.face-recognition.top1 >= 85%';
    return fail('expect-syntax', `"${text}" is not of the form "path op number"`, { hint });
  }
  const [, , operator, number, percent] = match;
  const value = percent ? Number(number) / 100 : Number(number);
  return ok({ text, path, operator: operator as ComparisonOperator, value });
}

/** Offsets in the text of an expectation, from the part's first character to behind its last. */
export interface ExpectationSpans {
  readonly path: readonly [start: number, end: number];
  readonly operator: readonly [start: number, end: number];
  /** With the percent sign. */
  readonly value: readonly [start: number, end: number];
}

/** Where the parts of an expectation stand, or undefined where it is none. */
export function expectationSpans(text: string): ExpectationSpans | undefined {
  const indices = FORM.exec(text)?.indices;
  if (!indices) return undefined;
  const [, path, operator, number, percent] = indices as [number, number][];
  return { path, operator, value: [number[0], percent[1]] };
}

/** Looks the path up in a run's results and compares; a path that leads to no number is null and does not hold. */
export function evaluateExpectation(expectation: Expectation, results: Results): Results['expect'][number] {
  const actual = lookUp(results, expectation.path);
  const holds = actual !== null && COMPARE[expectation.operator](actual, expectation.value);
  return { text: expectation.text, actual, ok: holds };
}

/**
 * The number at a path: in a list a segment selects by `model`, else by `name`; `topN` means `top.N`; an object
 * with a `rate` means its rate.
 */
export function lookUp(results: unknown, path: readonly string[]): number | null {
  const found = path.reduce<unknown>(step, results);
  const value = hasRate(found) ? found.rate : found;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function step(value: unknown, segment: string): unknown {
  if (Array.isArray(value)) {
    return findNamed(value, ({ model }) => model, segment) ?? findNamed(value, ({ name }) => name, segment);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, segment)) return (value as Record<string, unknown>)[segment];
  const [, depth] = /^top(\d+)$/.exec(segment) ?? [];
  return depth && 'top' in value ? step(value.top, depth) : undefined;
}

function hasRate(value: unknown): value is { rate: unknown } {
  return typeof value === 'object' && value !== null && 'rate' in value;
}
