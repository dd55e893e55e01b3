import { keyOf } from '../files.js';
import type { CacheFolders } from '../home.js';
import { hasSeal, readSeal, sealFolder } from './seal.js';

/** Whether something was worked out before from the same things. */
export function areCached(context: { readonly cache: CacheFolders }, kind: string, from: unknown): Promise<boolean> {
  return hasSeal(context.cache.of(kind, keyOf(from)));
}

/** What was worked out before from the same things, or is now: JSON of some megabytes at the most. */
export async function cachedFacts<T>(
  context: { readonly cache: CacheFolders; readonly useCache: boolean },
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
