import { findNamed } from '../names.js';

/** What a segment of a path leads to; undefined where there is nothing. */
function step(value: unknown, segment: string): unknown {
  if (Array.isArray(value)) {
    return findNamed(value, ({ model }) => model, segment) ?? findNamed(value, ({ name }) => name, segment);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, segment)) return (value as Record<string, unknown>)[segment];
  const [, depth] = /^top(\d+)$/.exec(segment) ?? [];
  return depth && 'top' in value ? step(value.top, depth) : undefined;
}

/** What stands along a path of `results.json`, the document first: one value a segment, undefined behind its end. */
export function valuesAlong(results: unknown, path: readonly string[]): unknown[] {
  const values = [results];
  for (const segment of path) values.push(step(values[values.length - 1], segment));
  return values;
}

/**
 * The number at a path: in a list a segment selects by `model`, else by `name`; `topN` means `top.N`; an object with a
 * `rate` means its rate. Null where there is none.
 */
export function lookUp(results: unknown, path: readonly string[]): number | null {
  const found = valuesAlong(results, path).at(-1);
  const value = typeof found === 'object' && found !== null && 'rate' in found ? found.rate : found;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
