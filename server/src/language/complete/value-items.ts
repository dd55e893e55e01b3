import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver-types';
import { z } from 'zod';
import { defaultOf, metaOf, unwrapped } from '../../experiment/schema/schema-facts.js';
import type { SchemaPlace } from '../../experiment/schema/schema-place.js';
import { describeKey } from '../describe.js';
import { Beginnings } from './beginnings.js';
import { axisValueItems, otherAxisValues } from './matrix-items.js';
import { metricItems } from './metric-items.js';
import { pathItems } from './path-items.js';
import { pluginItems, useItems } from './plugin-items.js';
import type { CompletionSite } from './site.js';
import { literal } from './snippet.js';
import { textOf, wordsOf } from './write-value.js';

/** The values that a key may have, or an item of a list. */
export async function valueItems(site: CompletionSite): Promise<CompletionItem[]> {
  const taken = otherAxisValues(site);
  return (await itemsAt(site)).filter(({ label }) => !taken.includes(label));
}

async function itemsAt(site: CompletionSite): Promise<CompletionItem[]> {
  const place = site.place();
  const ofAxis = axisValueItems(site);
  if (ofAxis) return ofAxis;
  if (!place) return [];
  const parent = site.place(site.probed.path.slice(0, -1));
  if (site.probed.path.at(-1) === 'use' && parent?.family) return useItems(site, parent.family);
  if (place.family) return pluginItems(site, place.family);
  const { names, path } = metaOf(place.schema);
  if (names === 'model') return nameItems(site, site.facts.modelNames, 'a model of embed.models');
  if (names === 'perturbation') return nameItems(site, site.facts.otherPerturbations, 'a perturbation of poison');
  if (names === 'metric') return metricItems(site);
  if (path) return pathItems(site, path);
  const words = wordsOf(place.schema);
  if (words) return wordItems(site, place, words);
  return site.probed.quoted ? [] : [...beginningItems(site, place)];
}

function nameItems(site: CompletionSite, names: readonly string[], detail: string): CompletionItem[] {
  return names.map((name) => site.plainItem(name, { label: name, kind: CompletionItemKind.Reference, detail }));
}

/** In quotes a word is a text: no number, and neither true nor false. */
function wordItems(site: CompletionSite, { schema }: SchemaPlace, words: readonly string[]): CompletionItem[] {
  const bare = unwrapped(schema);
  if (site.probed.quoted && !(bare instanceof z.ZodEnum)) return [];
  const standard = String(defaultOf(schema));
  const documentation = describeKey({ name: '', schema, required: false });
  return words.map((word) =>
    site.plainItem(word, {
      label: word,
      kind: CompletionItemKind.EnumMember,
      detail: word === standard ? 'default' : undefined,
      documentation,
    }),
  );
}

/** What the key begins with where it is written anew: a number, a list, or a block below it. */
function beginningItems(site: CompletionSite, { schema }: SchemaPlace): CompletionItem[] {
  const name = String(site.probed.path.at(-1));
  const bare = unwrapped(schema);
  const { examples } = metaOf(schema);
  const standard = defaultOf(schema);
  if (bare instanceof z.ZodString && standard === undefined && !examples) return [];
  const isList = bare instanceof z.ZodArray || bare instanceof z.ZodTuple;
  if (typeof site.probed.path.at(-1) === 'number' && !isList) return [];
  const value = new Beginnings(site.facts).of(schema, name);
  const written = site.writer().value(schema, value);
  const documentation = describeKey({ name, schema, required: false });
  const label = typeof value === 'object' ? `${name} …` : literal(String(value));
  const facts = {
    label,
    kind: CompletionItemKind.Value,
    documentation,
    detail: standard === value ? 'default' : undefined,
  };
  if ('inline' in written) return [site.item(textOf(written), facts)];
  return site.isAlone ? [site.itemBelow(written.lines, facts)] : [];
}
