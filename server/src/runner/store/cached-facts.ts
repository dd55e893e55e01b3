import type { RunContext } from '../context.js';
import { keyOf } from './files.js';
import { readSeal, sealFolder } from './seal.js';

/** What was worked out before from the same things, or is now: JSON of some megabytes at the most. */
export async function cachedFacts<T>(
  context: Pick<RunContext, 'cache' | 'useCache'>,
  kind: string,
  from: unknown,
  work: () => Promise<T>,
): Promise<{ value: T; cached: boolean }> {
  const folder = context.cache.of(kind, keyOf(from));
  const known = context.useCache ? await readSeal<T>(folder) : undefined;
  if (known !== undefined) return { value: known, cached: true };
  const value = await work();
  await sealFolder(folder, value);
  return { value, cached: false };
}
