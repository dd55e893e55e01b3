import { writtenOut } from '../figure-path.js';
import { findNamed, treatedName } from '../names.js';

/** What an entry of a list goes by: the first of these that it has. */
export const NAMING_FIELDS = ['model', 'name', 'fmr', 'fpir'] as const;

/** The name of a list's entry, as a path has it: an operating point in the shortest way that its number is written. */
export function nameOfEntry(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const own = NAMING_FIELDS.map((field) => (entry as Record<string, unknown>)[field]).find(
    (name) => name !== undefined,
  );
  return own === undefined ? undefined : String(own);
}

/**
 * The entries of a list or a record, each with the name that it goes by. Where those of a list go by a version and a
 * judge, all of a version are one entry, a list of its own.
 */
export function entriesByName(value: unknown): [name: string, entry: unknown][] {
  if (!Array.isArray(value)) return Object.entries(value ?? {});
  if (!value.some(isOfVersionAndJudge)) return value.map((entry) => [String(nameOfEntry(entry)), entry]);
  const byVersion = new Map<string, unknown[]>();
  for (const { perturbation, countermeasure, judge, ...rest } of value) {
    const version = countermeasure === null ? perturbation : treatedName(perturbation, countermeasure);
    byVersion.set(version, [...(byVersion.get(version) ?? []), { name: judge, ...rest }]);
  }
  return [...byVersion];
}

function isOfVersionAndJudge(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && 'perturbation' in entry && 'judge' in entry;
}

/** What a segment of a path leads to; undefined where there is nothing. */
function step(value: unknown, segment: string): unknown {
  if (Array.isArray(value)) return findNamed(entriesByName(value), ([name]) => name, segment)?.[1];
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, segment)) return (value as Record<string, unknown>)[segment];
  const [first, ...rest] = writtenOut(segment) ?? [];
  return first && Object.hasOwn(value, first)
    ? rest.reduce(step, (value as Record<string, unknown>)[first])
    : undefined;
}

/** What stands along a path of `results.json`, the document first: one value a segment, undefined behind its end. */
export function valuesAlong(results: unknown, path: readonly string[]): unknown[] {
  const values = [results];
  for (const segment of path) values.push(step(values[values.length - 1], segment));
  return values;
}

/**
 * The number at a path: in a list a segment selects an entry by its name; `topN` means `top.N` and `tmr@0.001` the `tmr`
 * of the entry of `at` for 0.001; an object with a `rate` means its rate. Null where there is none.
 */
export function lookUp(results: unknown, path: readonly string[]): number | null {
  const found = valuesAlong(results, path).at(-1);
  const value = typeof found === 'object' && found !== null && 'rate' in found ? found.rate : found;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
