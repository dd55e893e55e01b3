import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver-types';
import { isMap, isSeq } from 'yaml';
import * as z from 'zod';
import { nameOf } from '../../experiment/key-name.js';
import { isRecord } from '../../experiment/plugin-use.js';
import { accepts } from '../../experiment/schema/accepts.js';
import { experimentSchema, MATRIX, MATRIX_LISTS } from '../../experiment/schema/experiment-schema.js';
import { defaultOf, metaOf, unwrapped } from '../../experiment/schema/schema-facts.js';
import { type DeclaredKey, keysOf, type SchemaPlace } from '../../experiment/schema/schema-place.js';
import { plainOf } from '../../experiment/syntax/plain.js';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import { formatPath } from '../../protocol/figure-path.js';
import { valueText } from '../../protocol/runs/variant.js';
import { describeKey } from '../describe.js';
import { Beginnings } from './beginnings.js';
import type { CompletionSite } from './site.js';
import { wordsOf } from './write-value.js';

/** Keys of the file in which variants do not differ. */
const OF_THE_FILE: readonly string[] = ['version', 'name', 'expect', MATRIX];

/** What is another by them is another plugin, whose parameters are others. */
const WHOLE: readonly string[] = ['use', 'name'];

/** Whether the keys of the block at a path are key paths: axes, or what an entry of a list of the matrix has. */
export function holdsKeyPaths(path: SpecPath): boolean {
  if (path[0] !== MATRIX) return false;
  return path.length === 1 || (path.length === 3 && MATRIX_LISTS.some((list) => list === path[1]));
}

/** Key paths that a matrix may have, each with values to begin with: axes have lists, entries of `exclude` those of axes. */
export function keyPathItems(site: CompletionSite, present: readonly string[]): CompletionItem[] {
  const { path, hasColon } = site.probed;
  const isAxis = path.length === 1;
  const axes = isAxis ? [] : axesIn(site);
  const declared = path[1] === 'exclude' ? [] : keyPaths(site);
  const all = [...axes, ...declared.filter(({ name }) => !axes.some((axis) => axis.name === name))];
  const value = hasColon ? site.document.tree.valueAt([...path, site.probed.typed + site.probed.rest]) : undefined;
  const takesValue = ({ schema }: KeyPath) =>
    value === undefined || !schema || accepts(isAxis ? z.array(schema) : schema, value, site.services.plugins);
  return all
    .filter((one) => !present.includes(one.name) && takesValue(one))
    .map(({ name, schema, values }) => {
      const facts = {
        label: name,
        kind: CompletionItemKind.Property,
        detail: isAxis ? 'axis' : undefined,
        documentation: schema && describeKey({ schema, required: false }),
      };
      if (hasColon) return site.plainItem(name, facts);
      const begin = schema ? (isAxis ? z.array(schema) : schema) : z.unknown();
      return site.item(site.below(site.writer().entry(name, begin, isAxis ? values : values[0])), facts);
    });
}

/** The values of the axis that an entry of a list of the matrix names; undefined at another place. */
export function axisValueItems(site: CompletionSite): CompletionItem[] | undefined {
  const [section, list, , name] = site.probed.path;
  if (section !== MATRIX || !MATRIX_LISTS.some((one) => one === list) || site.probed.path.length !== 4)
    return undefined;
  const axis = axesIn(site).find((one) => one.name === name);
  return axis?.values
    .filter((value) => typeof value !== 'object')
    .map((value) => site.plainItem(valueText(value), { label: valueText(value), kind: CompletionItemKind.Value }));
}

/** What `exclude` begins with: a value of an axis that is there. */
export function beginningOfExclude(site: CompletionSite): unknown {
  const [axis] = axesIn(site).filter(({ values }) => values.length > 1);
  return axis && [{ [axis.name]: axis.values.at(-1) }];
}

/** The other values of the axis that a value is typed in, as text: each is there once. */
export function otherAxisValues(site: CompletionSite): string[] {
  const { path, tree } = site.probed;
  const [section, axis, index] = path;
  if (section !== MATRIX || path.length !== 3 || MATRIX_LISTS.some((list) => list === axis)) return [];
  const values = tree.valueAt(path.slice(0, 2));
  return Array.isArray(values) ? values.filter((_, n) => n !== index).map(valueText) : [];
}

interface KeyPath {
  readonly name: string;
  readonly schema?: z.ZodType;
  /** To begin with. */
  readonly values: readonly unknown[];
}

/** The axes that the matrix has, with their values. */
function axesIn(site: CompletionSite): KeyPath[] {
  const matrix = site.nodeAt([MATRIX]);
  if (!isMap(matrix)) return [];
  return matrix.items.map(nameOf).flatMap((name) => {
    const values = site.probed.tree.valueAt([MATRIX, name]);
    if (MATRIX_LISTS.some((list) => list === name) || !Array.isArray(values)) return [];
    return { name, schema: site.place([MATRIX, name, 0])?.schema, values };
  });
}

/** Every key path into a section that is written, in the order of the file's keys; plugins in them with their parameters. */
function keyPaths(site: CompletionSite): KeyPath[] {
  const sections = Object.keys(experimentSchema.shape).filter((key) => !OF_THE_FILE.includes(key));
  return sections
    .filter((key) => key === 'queries' || site.outline.nodeAt([key]) !== undefined)
    .flatMap((key) => below(site, [key], [key]));
}

/** `names` is the path as it is written: items of lists by their names. */
function below(site: CompletionSite, path: SpecPath, names: readonly string[]): KeyPath[] {
  const place = site.place(path);
  if (!place) return [];
  const entries = entriesBelow(site, place, path);
  if (entries) return entries.flatMap(({ key, name }) => below(site, [...path, key], [...names, name]));
  const keys = keysOf(place, site.services.plugins);
  if (keys.length === 0) return [keyPath(site, names, place.schema)];
  return keys
    .filter((key) => !WHOLE.includes(key.name) && fitsBeside(site, path, place, key))
    .flatMap(({ name, schema }) =>
      metaOf(schema).path ? keyPath(site, [...names, name], schema) : below(site, [...path, name], [...names, name]),
    );
}

/** Whether a block that is in order takes a key beside what it has: some take one of several keys. */
function fitsBeside(site: CompletionSite, path: SpecPath, place: SchemaPlace, { name, schema }: DeclaredKey): boolean {
  // Which of the others, only the place itself tells: a perturbation is not as visible as itself.
  if (metaOf(schema).names === 'perturbation') return false;
  const written = plainOf(site.outline.nodeAt(path));
  const isInOrder = (block: unknown) => place.schema.safeParse(block).success;
  if (place.family || !isRecord(written) || name in written || !isInOrder(written)) return true;
  return isInOrder({ ...written, [name]: new Beginnings(site.facts).of(schema, name) });
}

/** What stands in a list of plugins, or in a record of them, by its name. */
function entriesBelow(site: CompletionSite, { schema, family }: SchemaPlace, path: SpecPath) {
  const bare = unwrapped(schema);
  if (family) return undefined;
  const node = site.outline.nodeAt(path);
  if (bare instanceof z.ZodRecord) {
    return isMap(node) ? node.items.map((pair) => ({ key: nameOf(pair), name: nameOf(pair) })) : [];
  }
  if (!(bare instanceof z.ZodArray) || !metaOf(bare.element).plugin) return undefined;
  const items = isSeq(node) ? node.items : [];
  return items.flatMap((item, key) => {
    const name = isMap(item) ? (item.get('name') ?? item.get('use')) : (item as { value?: unknown }).value;
    return typeof name === 'string' ? { key, name } : [];
  });
}

function keyPath(site: CompletionSite, names: readonly string[], schema: z.ZodType): KeyPath {
  const words = wordsOf(schema)?.map((word) => (unwrapped(schema) instanceof z.ZodBoolean ? word === 'true' : word));
  const standard = defaultOf(schema);
  const values = words ?? [standard ?? new Beginnings(site.facts).of(schema, names.at(-1) ?? '')];
  return { name: formatPath(names), schema, values };
}
