import { isMap, isScalar, type Pair, type YAMLMap } from 'yaml';
import * as z from 'zod';
import { nameOf } from '../../experiment/key-name.js';
import { experimentSchema } from '../../experiment/schema/experiment-schema.js';
import { keysOf, type SchemaPlace } from '../../experiment/schema/schema-place.js';
import type { TextChange } from '../../experiment/syntax/text-change.js';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import type { Plugin } from '../../plugins/declare.js';
import { Beginnings } from '../complete/beginnings.js';
import { FileFacts } from '../complete/file-facts.js';
import { outlineOf } from '../complete/outline.js';
import { withoutStops } from '../complete/snippet.js';
import { ValueWriter } from '../complete/write-value.js';
import type { ExperimentDocument } from '../document.js';
import { columnOf, insertEntry, type NewEntry } from '../edit/insert-entry.js';
import type { LanguageServices } from '../services.js';
import type { Fix, FixMaker } from './fix.js';

/** Adds the key or the stage that is missing, with a value to begin with. */
export const insertMissing: FixMaker = {
  codes: ['missing-key', 'stage-needs'],
  create(document, { path, suggestion }, services) {
    const missing = suggestion === undefined ? path : [suggestion];
    return valuesFor(document, missing, services).flatMap((value): Fix[] => {
      const change = insertion(document, missing, newEntry(document, missing, value, services));
      const title = `Add "${missing[missing.length - 1]}"`;
      const said = typeof value === 'string' ? `${title}: ${value}` : title;
      return change ? [{ title: said, changes: [change], preferred: true }] : [];
    });
  },
};

/** Adds a parameter that a file shows to be needed, with its value. */
export const insertParameter: FixMaker = {
  codes: ['files-unfit'],
  create(document, { path, suggestion }, services) {
    if (suggestion === undefined || document.tree.nodeAt(path)) return [];
    const change = insertion(document, path, newEntry(document, path, suggestion, services));
    const title = `Write ${path[path.length - 1]}: "${suggestion}"`;
    return change ? [{ title, changes: [change], preferred: true }] : [];
  },
};

/** A `use` may be any plugin that takes what is there; of other keys, what completion writes. */
function valuesFor(document: ExperimentDocument, path: SpecPath, { plugins }: LanguageServices): unknown[] {
  const schema = document.schemaAt(path)?.schema;
  const holder = document.schemaAt(path.slice(0, -1));
  const key = String(path[path.length - 1]);
  if (!schema || !holder) return [];
  if (holder.family && key === 'use') return fitting(document, path.slice(0, -1), holder, plugins);
  const beginnings = new Beginnings(factsOf(document, path, plugins));
  const example = holder.plugin ? beginnings.ofPlugin(holder.plugin) : {};
  return [example[key] ?? beginnings.of(schema, key)];
}

function fitting(
  { tree }: ExperimentDocument,
  path: SpecPath,
  holder: SchemaPlace,
  plugins: readonly Plugin[],
): string[] {
  const block = tree.nodeAt(path);
  const present = isMap(block) ? block.items.map((pair) => nameOf(pair)) : [];
  return plugins
    .filter(({ family }) => family === holder.family)
    .filter((plugin) => {
      const known = keysOf({ ...holder, plugin }, plugins).map(({ name }) => name);
      return present.every((key) => known.includes(key));
    })
    .map(({ name }) => name);
}

function newEntry(
  document: ExperimentDocument,
  path: SpecPath,
  value: unknown,
  { plugins }: LanguageServices,
): NewEntry {
  const schema = document.schemaAt(path)?.schema ?? z.unknown();
  const facts = factsOf(document, path, plugins);
  const written = (flow: boolean) =>
    new ValueWriter(facts, flow).entry(String(path[path.length - 1]), schema, value).map(withoutStops);
  return { block: written(false), flow: written(true).join(' ') };
}

function factsOf(document: ExperimentDocument, path: SpecPath, plugins: readonly Plugin[]): FileFacts {
  return new FileFacts(outlineOf(document), plugins, { path, tree: document.tree });
}

/** Into the block that is to have the key; a name alone, or nothing, becomes such a block. */
function insertion(document: ExperimentDocument, path: SpecPath, entry: NewEntry): TextChange | undefined {
  const { tree, text, lineEnd } = document;
  const holder = tree.nodeAt(path.slice(0, -1));
  if (isMap(holder))
    return insertEntry(document, holder, entry, path.length > 1 ? undefined : indexBefore(holder, path));
  if (!holder?.range) return path.length > 1 ? undefined : atTheEnd(text, entry, lineEnd);
  const [start, end] = holder.range;
  if (!isScalar(holder) || typeof holder.value === 'object') return belowKey(document, path, entry, start);
  return { start, end, text: `{use: ${text.slice(start, end)}, ${entry.flow}}` };
}

/** Behind the sections that come before it in an experiment. */
function indexBefore({ items }: YAMLMap, [key]: SpecPath): number {
  const order = Object.keys(experimentSchema.shape);
  return (items as Pair[]).findLastIndex((pair) => order.indexOf(nameOf(pair)) < order.indexOf(String(key)));
}

function atTheEnd(text: string, { block }: NewEntry, lineEnd: string): TextChange {
  const apart = text === '' || text.endsWith('\n') ? '' : lineEnd;
  return { start: text.length, end: text.length, text: apart + block.map((line) => line + lineEnd).join('') };
}

/** Of a key without a value: between brackets behind it, else on lines of their own below it. */
function belowKey(
  { tree, text, lineEnd }: ExperimentDocument,
  path: SpecPath,
  { block, flow }: NewEntry,
  at: number,
): TextChange {
  const parent = tree.nodeAt(path.slice(0, -2));
  if (isMap(parent) && parent.flow) return { start: at, end: at, text: ` {${flow}}` };
  const indent = ' '.repeat((isMap(parent) ? columnOf(text, parent) : 0) + 2);
  const lineStop = at + text.slice(at).search(/\r?\n|$/);
  return { start: lineStop, end: lineStop, text: block.map((line) => lineEnd + indent + line).join('') };
}
