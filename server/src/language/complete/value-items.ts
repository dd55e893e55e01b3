import { basename } from 'node:path';
import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver-types';
import * as z from 'zod';
import { isRecord } from '../../experiment/plugin-use.js';
import { defaultOf, metaOf, unwrapped } from '../../experiment/schema/schema-facts.js';
import type { SchemaPlace } from '../../experiment/schema/schema-place.js';
import { plainOf } from '../../experiment/syntax/plain.js';
import { expandPath } from '../../experiment/variables.js';
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
  const { names, path, columnOf } = metaOf(place.schema);
  if (names === 'model') return nameItems(site, site.facts.modelNames, 'a model of embed.models');
  if (names === 'perturbation') return nameItems(site, site.facts.otherPerturbations, 'a perturbation of poison');
  if (names === 'metric') return metricItems(site);
  if (path) return pathItems(site, path);
  const columns = columnOf === undefined ? [] : await columnItems(site, columnOf);
  if (columns.length > 0) return columns;
  const words = wordsOf(place.schema);
  if (words) return wordItems(site, place, words);
  return site.probed.quoted ? [] : [...beginningItems(site, place)];
}

/** Of a table's header so much is read. */
const LONGEST_HEADER = 16 * 1024;

/** The columns of a table that can be read. */
async function columnItems(site: CompletionSite, key: string): Promise<CompletionItem[]> {
  const { probed, services, document } = site;
  const block = plainOf(site.nodeAt(probed.path.slice(0, -1)));
  const { [key]: written, delimiter = ',' } = isRecord(block) ? block : {};
  if (typeof written !== 'string') return [];
  const { file } = document;
  const expanded = expandPath(written, { file, env: services.env, workspaceFolder: services.workspaceFolderOf(file) });
  const table = 'path' in expanded ? await services.disk.readStart(expanded.path, LONGEST_HEADER) : undefined;
  const [header = ''] = (table ?? '').split(/\r?\n/);
  const separator = delimiter === 'tab' || delimiter === '\\t' ? '\t' : String(delimiter);
  return header
    .split(separator)
    .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
    .filter((cell) => /^[\p{L}\p{N}_](?:[\p{L}\p{N}_. -]*[\p{L}\p{N}_])?$/u.test(cell))
    .map((cell) =>
      site.plainItem(cell, { label: cell, kind: CompletionItemKind.Field, detail: `a column of ${basename(written)}` }),
    );
}

function nameItems(site: CompletionSite, names: readonly string[], detail: string): CompletionItem[] {
  return names.map((name) => site.plainItem(name, { label: name, kind: CompletionItemKind.Reference, detail }));
}

/** In quotes a word is a text: no number, and neither true nor false. */
function wordItems(site: CompletionSite, { schema }: SchemaPlace, words: readonly string[]): CompletionItem[] {
  const bare = unwrapped(schema);
  if (site.probed.quoted && !(bare instanceof z.ZodEnum)) return [];
  const standard = String(defaultOf(schema));
  const documentation = describeKey({ schema, required: false });
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
  if (site.probed.path.length === 0) return [];
  const name = String(site.probed.path.at(-1));
  const bare = unwrapped(schema);
  const { examples } = metaOf(schema);
  const standard = defaultOf(schema);
  if (bare instanceof z.ZodString && standard === undefined && !examples) return [];
  const isList = bare instanceof z.ZodArray || bare instanceof z.ZodTuple;
  if (typeof site.probed.path.at(-1) === 'number' && !isList) return [];
  const value = new Beginnings(site.facts).of(schema, name);
  const written = site.writer().value(schema, value);
  const documentation = describeKey({ schema, required: false });
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
