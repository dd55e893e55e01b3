import * as z from 'zod';
import type { Family, Plugin } from '../plugins/declare.js';
import { pathKindOf, pluginFamilyOf } from '../plugins/params.js';
import { withArticle } from '../protocol/figure-text.js';
import { defaultName, RESERVED_NAMES } from '../protocol/names.js';
import { entryNameSchema } from '../stages/parts/params.js';
import type { NamedUse, PluginUse } from '../stages/spec.js';
import { didYouMean, nearest } from './checks/did-you-mean.js';
import { listOf, type Reading } from './reader.js';
import type { SpecPath } from './syntax/tree.js';
import { expandPath } from './variables.js';

/** Reads a plugin's name, or `{use: name, …parameters}`; `shared` are keys beside `use` that belong to its family. */
export function readPluginUse(
  reading: Reading,
  family: Family,
  value: unknown,
  path: SpecPath,
  shared: readonly string[] = [],
): PluginUse | undefined {
  const written = typeof value === 'string' ? { use: value } : value;
  if (!isRecord(written)) {
    reading.error(
      'wrong-type',
      path,
      `Write ${withArticle(family)} as a name, or as a block with "use: name" and its parameters`,
    );
    return undefined;
  }
  const plugin = findPlugin(reading, family, written.use, path);
  if (!plugin) return undefined;
  const others = ['use', ...shared.filter((key) => !declares(plugin, key))];
  const own = Object.fromEntries(Object.entries(written).filter(([key]) => !others.includes(key)));
  const params = reading.parse(closed(plugin.params), own, path, others);
  if (params === undefined) return undefined;
  return { use: plugin.name, params: readParams(reading, plugin, params as Record<string, unknown>, path) };
}

/** Reads a plugin that has a name of its own, its key in the results; the default is its `use`. */
export function readNamedUse(
  reading: Reading,
  family: Family,
  value: unknown,
  path: SpecPath,
  given?: string,
  shared: readonly string[] = ['name'],
): NamedUse | undefined {
  const use = readPluginUse(reading, family, value, path, shared);
  if (!use) return undefined;
  const written = given ?? (isRecord(value) ? value.name : undefined) ?? defaultName(use.use);
  const namePath = given === undefined && isRecord(value) && 'name' in value ? [...path, 'name'] : path;
  const name = reading.parse(entryNameSchema, written, namePath);
  if (name === undefined) return undefined;
  if (RESERVED_NAMES.includes(name) || isReservedWord(name)) {
    const range = given === undefined ? reading.tree.rangeOf(namePath) : reading.tree.keyRangeOf(path);
    reading.error('reserved-name', namePath, reserved(name), { range });
    return undefined;
  }
  return { name, ...use };
}

/** What every object of JavaScript has: a record by such a name is another thing, or lost. */
export function isReservedWord(name: string): boolean {
  return name in Object.prototype;
}

function reserved(name: string): string {
  return `"${name}" has a meaning of its own in ${isReservedWord(name) ? 'JavaScript' : 'results'}: choose another name`;
}

function findPlugin(reading: Reading, family: Family, name: unknown, path: SpecPath): Plugin | undefined {
  const candidates = reading.pluginsOf(family);
  const found = candidates.find((plugin) => plugin.name === name);
  if (found) return found;
  const names = candidates.map((plugin) => plugin.name);
  if (name === undefined || name === null) {
    reading.error('missing-key', [...path, 'use'], `The key "use" is required: which ${family} is it?`, {
      hint: listOf(names),
    });
    return undefined;
  }
  const at = reading.tree.nodeAt([...path, 'use']) ? [...path, 'use'] : path;
  const suggestion = nearest(String(name), names);
  const none = names.length > 0 ? '' : ': this version has none';
  const message = `There is no ${family} named "${name}"${didYouMean(suggestion)}${none}`;
  reading.error('unknown-plugin', at, message, { suggestion, hint: listOf(names) });
  return undefined;
}

/** Makes paths absolute, and reads the plugins that are parameters of this one. */
function readParams(reading: Reading, plugin: Plugin, params: Record<string, unknown>, path: SpecPath) {
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => {
      const at = [...path, key];
      const family = pluginFamilyOf(plugin.params, key);
      if (family && Array.isArray(value)) return [key, readPluginList(reading, family, value, at)];
      if (typeof value === 'string' && pathKindOf(plugin.params, key)) return [key, expand(reading, value, at)];
      return [key, value];
    }),
  );
}

function readPluginList(reading: Reading, family: Family, list: readonly unknown[], path: SpecPath): PluginUse[] {
  return list.flatMap((value, index) => {
    const named = family === 'model' && typeof value === 'string' ? embeddedModel(reading, value) : undefined;
    return readPluginUse(reading, family, named ?? value, [...path, index], named ? ['name'] : []) ?? [];
  });
}

/** What `embed.models` says of a model by a name that no plugin has. */
function embeddedModel(reading: Reading, name: string): unknown {
  if (reading.pluginsOf('model').some((plugin) => plugin.name === name)) return undefined;
  reading.looksElsewhere();
  const models: unknown = reading.tree.valueAt(['embed', 'models']);
  return Array.isArray(models) ? models.find((model) => isRecord(model) && model.name === name) : undefined;
}

/** The path absolute, with variables in their place; one that is not set is an error of the file. */
export function expand(reading: Reading, written: string, path: SpecPath): string {
  const expanded = expandPath(written, reading.variables);
  if ('path' in expanded) return expanded.path;
  const hint = `Set ${expanded.unset} in the environment, or write the path out.`;
  reading.error('env-not-set', path, `The environment variable ${expanded.unset} is not set`, { hint });
  return written;
}

function declares({ params }: Plugin, key: string): boolean {
  return params instanceof z.ZodObject && key in params.shape;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** By the schema that they are made of: zod compiles a schema when it first parses, which takes longer than parsing. */
const CLOSED = new WeakMap<z.ZodType, z.ZodType>();

/** The schema, with keys that it does not name refused. */
function closed(params: z.ZodType): z.ZodType {
  const known = CLOSED.get(params);
  if (known) return known;
  const made = params instanceof z.ZodObject ? params.strict() : params;
  CLOSED.set(params, made);
  return made;
}
