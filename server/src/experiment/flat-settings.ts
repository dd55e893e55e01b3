import { isAbsolute } from 'node:path';
import { formatPath } from '../protocol/figure-path.js';
import type { Setting } from '../protocol/runs/table/run-row.js';
import { isRecord } from './plugin-use.js';
import type { ReadExperiment } from './read.js';

/** Sections that say nothing of what is computed. */
const NO_SETTINGS = ['name', 'version', 'expect', 'matrix'];

/**
 * What an experiment was, by the paths of `--set`: what the file and its overrides say, as they say it, and the defaults
 * of what they leave out, where the file can be read. A plugin's own path has its name, whichever form it is written in;
 * entries of lists go by their names. A list without names is one text.
 */
export function flatSettings({ valueAt, spec }: Pick<ReadExperiment, 'valueAt' | 'spec'>): Record<string, Setting> {
  const read = new Map<string, Setting>();
  collect({ into: read, isNamed: () => false }, [], sectionsOf(spec));
  const named = [...read.keys()];
  const written = new Map<string, Setting>();
  const isNamed = (path: string) => named.some((known) => known.startsWith(`${path}.`));
  collect({ into: written, isNamed }, [], sectionsOf(valueAt([])));
  for (const [path, value] of read) {
    // A path that was worked out is of the machine, and may hold what a variable stands for.
    if (!written.has(path) && !(typeof value === 'string' && isAbsolute(value))) written.set(path, value);
  }
  return Object.fromEntries(written);
}

interface Collection {
  readonly into: Map<string, Setting>;
  /** Whether entries of the list at a path go by names though none of them is a block. */
  isNamed(path: string): boolean;
}

function sectionsOf(value: unknown): Record<string, unknown> {
  const sections = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(sections.filter(([key]) => !NO_SETTINGS.includes(key) && !key.startsWith('x-')));
}

function collect(collection: Collection, path: readonly string[], value: unknown): void {
  const { into } = collection;
  if (value === undefined || (value === null && path.length === 1)) return;
  if (Array.isArray(value)) {
    collectList(collection, path, value);
    return;
  }
  if (!isRecord(value)) {
    into.set(formatPath(path), value as Setting);
    return;
  }
  const { use, name: _, params, ...rest } = value;
  const isPlugin = typeof use === 'string';
  if (isPlugin) into.set(formatPath(path), use);
  const keys = isPlugin ? { ...(isRecord(params) ? params : {}), ...rest } : value;
  for (const [key, inner] of Object.entries(keys)) collect(collection, [...path, key], inner);
}

function collectList(collection: Collection, path: readonly string[], list: readonly unknown[]): void {
  const names = list.map(nameIn);
  const mayBeNamed = list.some(isRecord) || collection.isNamed(formatPath(path));
  const areNamed = names.every((name) => name !== undefined) && new Set(names).size === list.length;
  if (!mayBeNamed || !areNamed) {
    collection.into.set(formatPath(path), JSON.stringify(list));
    return;
  }
  for (const [n, item] of list.entries()) {
    collect(collection, [...path, names[n] ?? ''], item);
  }
}

/** As a path has it: its `name`, else its `use`. */
function nameIn(item: unknown): string | undefined {
  if (typeof item === 'string') return item;
  if (!isRecord(item)) return undefined;
  const name = item.name ?? item.use;
  return typeof name === 'string' ? name : undefined;
}
