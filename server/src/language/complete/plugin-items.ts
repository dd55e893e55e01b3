import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver-types';
import type { Family, Plugin } from '../../plugins/declare.js';
import { describePlugin } from '../describe.js';
import { Beginnings } from './beginnings.js';
import type { CompletionSite, ItemFacts } from './site.js';
import { literal } from './snippet.js';

/** The plugins of a family as a value: by name where that is enough, else as a block with what they need. */
export function pluginItems(site: CompletionSite, family: Family): CompletionItem[] {
  const schema = site.place()?.schema;
  if (!schema) return [];
  const beginnings = new Beginnings(site.facts);
  return site.facts.pluginsOf(family).flatMap((plugin) => {
    const value = beginnings.ofPluginInList(plugin);
    if (typeof value === 'string') return site.plainItem(value, factsOf(plugin));
    if (site.probed.quoted || !(site.isAlone || site.probed.flow)) return [];
    const written = site.writer().value(schema, value);
    if ('inline' in written) return site.item(written.inline, factsOf(plugin));
    return site.itemBelow(written.lines, factsOf(plugin));
  });
}

/** What `use:` may name: plugins that take the parameters which are there, with those that they need besides. */
export function useItems(site: CompletionSite, family: Family): CompletionItem[] {
  const present = site.blockKeys(site.probed.path.slice(0, -1));
  return site.pluginsThatFit(family).flatMap((plugin) => {
    const more = missingParams(site, plugin, present);
    const isWhole = Object.keys(more).length === 0;
    if (!isWhole && (site.probed.quoted || !(site.isAlone || site.probed.flow))) return [];
    const lines = [literal(plugin.name), ...site.writer().pluginEntries(family, more, plugin)];
    return site.item(site.below(lines), factsOf(plugin));
  });
}

function missingParams(site: CompletionSite, plugin: Plugin, present: readonly string[]): Record<string, unknown> {
  const beginnings = new Beginnings(site.facts);
  const example = beginnings.ofPlugin(plugin);
  return Object.fromEntries(
    site
      .keysOf({ schema: plugin.params, family: plugin.family, plugin, isParameter: true })
      .filter(({ name, required }) => required && name !== 'use' && !present.includes(name))
      .map(({ name, schema }) => [name, example[name] ?? beginnings.of(schema, name)]),
  );
}

function factsOf(plugin: Plugin): ItemFacts {
  return {
    label: plugin.name,
    kind: CompletionItemKind.Module,
    detail: plugin.title,
    documentation: describePlugin(plugin),
  };
}
