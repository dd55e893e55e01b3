import { basename } from 'node:path';
import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver-types';
import * as z from 'zod';
import { accepts } from '../../experiment/schema/accepts.js';
import { defaultOf, metaOf, unwrapped } from '../../experiment/schema/schema-facts.js';
import type { DeclaredKey, SchemaPlace } from '../../experiment/schema/schema-place.js';
import { plainly } from '../../experiment/schema/schema-words.js';
import type { Family, Plugin } from '../../plugins/declare.js';
import { defaultName } from '../../protocol/names.js';
import { describeKey, describePlugin } from '../describe.js';
import { Beginnings } from './beginnings.js';
import { beginningOfExclude, holdsKeyPaths, keyPathItems } from './matrix-items.js';
import type { CompletionSite } from './site.js';

/** The keys that a block may still get, each with a whole valid value. */
export function keyItems(site: CompletionSite): CompletionItem[] {
  const place = site.place();
  if (!place) return [];
  const present = presentKeys(site);
  const paths = holdsKeyPaths(site.probed.path) ? keyPathItems(site, present) : [];
  if (site.probed.path.length > 1 && paths.length > 0) return paths;
  const { plugin: family } = metaOf(elementOf(place.schema) ?? z.unknown());
  if (family && !site.probed.hasColon) return recordItems(site, family, present);
  const keys = site.keysOf(place).filter(({ name }) => !present.includes(name) && !isChosenWhole(site, place, name));
  if (site.probed.hasColon)
    return [...paths, ...keys.filter((key) => takesValue(site, key)).map((key) => bareKeyItem(site, key))];
  const isMatrix = site.probed.path.length === 1 && holdsKeyPaths(site.probed.path);
  const example = isMatrix ? { exclude: beginningOfExclude(site) } : exampleOf(site, place);
  const entries = inOrderOfUse(keys)
    .filter(({ name }) => !isMatrix || name !== 'exclude' || example.exclude !== undefined)
    .map((key) => entryItems(site, key, example[key.name]));
  // Each key before the plugins that it may have: of these there are more than a list shows.
  return [
    ...paths,
    ...useItems(site, place, present),
    ...entries.flatMap(([own]) => own ?? []),
    ...entries.flatMap(([, ...variants]) => variants),
  ];
}

/** What must be there comes first, then blocks and lists, and last a number or a word that need not be written. */
function inOrderOfUse(keys: readonly DeclaredKey[]): DeclaredKey[] {
  const rank = ({ required, schema }: DeclaredKey) => {
    if (required) return 0;
    const bare = unwrapped(schema);
    return bare instanceof z.ZodString || bare instanceof z.ZodNumber || bare instanceof z.ZodLiteral ? 2 : 1;
  };
  return keys.toSorted((a, b) => rank(a) - rank(b));
}

/** Values to begin with: those of the block's plugin, or the first plugin that takes what is there already. */
function exampleOf(site: CompletionSite, { family, plugin }: SchemaPlace): Readonly<Record<string, unknown>> {
  if (plugin) return new Beginnings(site.facts).ofPlugin(plugin);
  if (family) return { use: site.pluginsThatFit(family)[0]?.name };
  return site.probed.path.length === 0 ? { name: titleOf(site.document.file) } : {};
}

/** `Mini cloaks` of `mini-cloaks.experiment.yaml`: a name to begin with. */
function titleOf(file: string): string {
  const words = basename(file)
    .replace(/\..*$/s, '')
    .replace(/[\s_-]+/g, ' ')
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1) || 'Experiment';
}

/** A model that is there already takes a name of its own: `use` alone would name it twice. */
function isChosenWhole({ probed, facts }: CompletionSite, { family }: SchemaPlace, key: string): boolean {
  return key === 'use' && !probed.hasColon && family === 'model' && facts.modelNames.length > 0;
}

/** What a record's schema says of its values. */
function elementOf(schema: z.ZodType): z.core.$ZodType | undefined {
  const bare = unwrapped(schema);
  return bare instanceof z.ZodRecord ? bare.valueType : undefined;
}

function presentKeys(site: CompletionSite): string[] {
  const { path, typed, rest } = site.probed;
  const here = site.blockKeys(path);
  return path.length === 0 ? [...here, ...site.facts.topLevelKeys.filter((key) => key !== typed + rest)] : here;
}

/** Plugins under names of their own: `fawkes: {use: fawkes, …}`. */
function recordItems(site: CompletionSite, family: Family, present: readonly string[]): CompletionItem[] {
  return site.facts.pluginsOf(family).map((plugin) => {
    const name = freeName(defaultName(plugin.name), present);
    const key = { name, schema: z.unknown().meta({ plugin: family }), required: false };
    return pluginEntryItem(site, key, name, plugin);
  });
}

function freeName(name: string, taken: readonly string[]): string {
  const candidates = [name, ...taken.map((_, n) => `${name}-${n + 2}`)];
  return candidates.find((candidate) => !taken.includes(candidate)) ?? name;
}

/** A key with an example, or the value that it begins with; where that is a plugin, one item for each plugin, too. */
function entryItems(site: CompletionSite, key: DeclaredKey, example: unknown): CompletionItem[] {
  const own = entryItem(site, key, example ?? new Beginnings(site.facts).of(key.schema, key.name));
  const { plugin: family } = metaOf(key.schema);
  if (!family) return [own];
  const plugins = site.facts.pluginsOf(family);
  const variants = plugins.map((plugin) => pluginEntryItem(site, key, `${key.name}: ${plugin.name}`, plugin));
  return plugins.length > 0 ? [own, ...variants] : [];
}

function entryItem(site: CompletionSite, key: DeclaredKey, value: unknown): CompletionItem {
  const standard = defaultOf(key.schema);
  return site.item(site.below(site.writer().entry(key.name, key.schema, value)), {
    label: key.name,
    kind: CompletionItemKind.Property,
    detail: key.required ? 'required' : standard === undefined ? undefined : `default ${plainly(standard)}`,
    documentation: describeKey(key),
  });
}

function pluginEntryItem(site: CompletionSite, key: DeclaredKey, label: string, plugin: Plugin): CompletionItem {
  const value = new Beginnings(site.facts).ofPlugin(plugin);
  return site.item(site.below(site.writer().entry(key.name, key.schema, value)), {
    label,
    kind: CompletionItemKind.Module,
    detail: plugin.title,
    documentation: describePlugin(plugin),
  });
}

/** A key in place of one that has a colon, and a value which the new one takes, too. */
function bareKeyItem(site: CompletionSite, key: DeclaredKey): CompletionItem {
  return site.plainItem(key.name, {
    label: key.name,
    kind: CompletionItemKind.Property,
    documentation: describeKey(key),
  });
}

/** Whether the key takes the value that stands behind the colon: of a section none is all its defaults. */
function takesValue({ document: { tree }, probed, facts }: CompletionSite, { schema }: DeclaredKey): boolean {
  const { path, typed, rest } = probed;
  const value = tree.valueAt([...path, typed + rest]);
  if (value !== undefined && value !== null) return accepts(schema, value, facts.plugins);
  return path.length > 0 || metaOf(schema).plugin !== undefined || accepts(schema, {}, facts.plugins);
}

/** A block that names no plugin yet may name one that takes what is there already. */
function useItems(site: CompletionSite, { family, plugin }: SchemaPlace, present: readonly string[]): CompletionItem[] {
  if (!family || plugin || present.includes('use')) return [];
  return site.pluginsThatFit(family).map((candidate) => {
    const block = new Beginnings(site.facts).ofPlugin(candidate);
    const wanted = Object.fromEntries(Object.entries(block).filter(([key]) => !present.includes(key)));
    return site.item(site.below(site.writer().pluginEntries(family, wanted)), {
      label: `use: ${candidate.name}`,
      kind: CompletionItemKind.Module,
      detail: candidate.title,
      documentation: describePlugin(candidate),
    });
  });
}
