import { isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import * as z from 'zod';
import type { Plugin } from '../plugins/declare.js';
import { itemAt } from '../protocol/item-at.js';
import type { Diagnostic, DiagnosticCode } from './checks/diagnostics.js';
import { nameOf } from './key-name.js';
import { accepts } from './schema/accepts.js';
import { experimentSchema } from './schema/experiment-schema.js';
import { metaOf, unwrapped } from './schema/schema-facts.js';
import { keysOf, objectShape, type SchemaPlace, schemaPlaceAt } from './schema/schema-place.js';
import type { Repair } from './syntax/slips.js';
import type { TextChange } from './syntax/text-change.js';
import { blockOf, linesIn, type TextLine } from './syntax/text-lines.js';
import type { SpecPath, SpecTree } from './syntax/tree.js';

/** What was meant by something that cannot be read, where that is plain; offsets are of the tree's text. */
export interface PlainRepair extends Repair {
  readonly code?: DiagnosticCode;
  /** Says more than the diagnostic that it is of. */
  readonly message?: string;
  /** It is put right along with another, which is told. */
  readonly isPartOfAnother?: boolean;
}

interface Fault {
  readonly diagnostic: Diagnostic;
  readonly path: SpecPath;
  readonly tree: SpecTree;
  readonly plugins: readonly Plugin[];
}

/** What puts a diagnostic right without a doubt; undefined where several things may be meant. */
export function plainRepair(
  diagnostic: Diagnostic,
  tree: SpecTree,
  plugins: readonly Plugin[],
): PlainRepair | undefined {
  const fault = { diagnostic, path: diagnostic.path, tree, plugins };
  for (const repair of REPAIRS[diagnostic.code] ?? []) {
    const found = repair(fault);
    if (found) return found;
  }
  return undefined;
}

type RepairFinder = (fault: Fault) => PlainRepair | undefined;

const MOVES = 2;

function rangeOf(node: unknown): readonly [start: number, end: number] | undefined {
  const range = (node as Node | undefined)?.range;
  return range ? [range[0], range[1]] : undefined;
}

function mapAt({ tree }: Fault, path: SpecPath): YAMLMap | undefined {
  const node = tree.nodeAt(path);
  return isMap(node) ? node : undefined;
}

function pairIn(map: YAMLMap | undefined, key: unknown): Pair<Node, Node | null> | undefined {
  return map?.items.find((pair) => nameOf(pair) === String(key)) as Pair<Node, Node | null> | undefined;
}

function placeAt({ tree, plugins }: Fault, path: SpecPath): SchemaPlace | undefined {
  return schemaPlaceAt(path, { plugins, nodeAt: (at) => tree.nodeAt(at) });
}

/** Whether the declarations take a value at a place, plugins in it included. */
function takes({ plugins }: Fault, schema: z.ZodType, value: unknown): boolean {
  return accepts(schema, value, plugins);
}

function write(start: number, end: number, text: string): PlainRepair {
  return { title: `Write ${text}`, changes: [{ start, end, text }] };
}

/** The text of a node as it is written, with its quotes. */
function sourceOf({ tree }: Fault, node: Node): string {
  const [start, end] = rangeOf(node) ?? [0, 0];
  return tree.text.slice(start, end);
}

function isOnOneLine(text: string): boolean {
  return !text.includes('\n');
}

/** The change of each line of a block's that moves it to the right, or to the left. */
function shifted(lines: readonly TextLine[], by: number): TextChange[] {
  return lines.map(({ start, indent }) => ({ start, end: start + indent, text: ' '.repeat(Math.max(0, indent + by)) }));
}

function lineOf(lines: readonly TextLine[], offset: number): TextLine {
  return lines.findLast(({ start }) => start <= offset) ?? itemAt(lines, 0);
}

/** The misspelt key as it is spelt; a value that alone stands for a list is put into one. */
const nearKey: RepairFinder = (fault) => {
  const { suggestion } = fault.diagnostic;
  const parent = fault.path.slice(0, -1);
  const map = mapAt(fault, parent);
  const pair = pairIn(map, fault.path.at(-1));
  const range = rangeOf(pair?.key);
  if (suggestion === undefined || !range || !pair || pairIn(map, suggestion)) return undefined;
  const [start, end] = range;
  const [quote] = /^["']/.exec(fault.tree.text.slice(start, end)) ?? [''];
  const key = { start, end, text: quote + suggestion + quote };
  const schema = placeAt(fault, [...parent, suggestion])?.schema;
  const isList = schema && unwrapped(schema) instanceof z.ZodArray;
  const around = isList && isScalar(pair.value) && pair.value.value !== null ? aroundValue(fault, pair.value) : [];
  return { title: `Write "${suggestion}"`, changes: [key, ...around] };
};

function aroundValue(fault: Fault, value: Node, [open, close] = ['[', ']']): TextChange[] {
  const [start, end] = rangeOf(value) ?? [0, 0];
  if (!isOnOneLine(sourceOf(fault, value).trimEnd())) return [];
  return [
    { start, end: start, text: open },
    { start: end, end, text: close },
  ];
}

/** `{use:folder}`: between brackets that is one key. */
const keyWithColon: RepairFinder = (fault) => {
  const pair = pairIn(mapAt(fault, fault.path.slice(0, -1)), fault.path.at(-1));
  const range = rangeOf(pair?.key);
  const [, key] = /^([\w-]+):\S/.exec(String(fault.path.at(-1))) ?? [];
  if (!range || key === undefined || !knows(placeAt(fault, fault.path.slice(0, -1)), key, fault)) return undefined;
  const at = range[0] + key.length + 1;
  return {
    title: `Write "${key}: …" with a blank`,
    message: `A blank is missing behind the colon of "${key}"`,
    changes: [{ start: at, end: at, text: ' ' }],
  };
};

function knows(place: SchemaPlace | undefined, key: string, { plugins }: Fault): boolean {
  return place !== undefined && keysOf(place, plugins).some(({ name }) => name === key);
}

/** Keys below an empty section that should be indented: all of them at once. */
const besideSection: RepairFinder = (fault) => {
  const [key] = fault.path;
  const map = mapAt(fault, []);
  if (fault.path.length !== 1 || !map || map.flow) return undefined;
  const items = map.items as Pair<Node, Node | null>[];
  const index = items.findIndex((pair) => nameOf(pair) === key);
  const isStray = (pair: Pair | undefined) =>
    pair !== undefined && !Object.hasOwn(experimentSchema.shape, nameOf(pair));
  let first = index;
  while (first > 0 && isStray(items[first - 1])) first -= 1;
  const section = items[first - 1];
  if (!section || !isEmpty(section)) return undefined;
  const name = nameOf(section);
  const stray: Pair<Node, Node | null>[] = [];
  for (const pair of items.slice(first)) {
    if (!isStray(pair) || !isKeyOf(fault, name, pair, items.slice(first))) break;
    stray.push(pair);
  }
  if (!stray.some((pair) => pair === items[index])) return undefined;
  if (first < index) return { title: '', changes: [], isPartOfAnother: true };
  const lines = linesIn(fault.tree.text);
  const moved = stray.flatMap((pair) => blockOf(lines, lineOf(lines, rangeOf(pair.key)?.[0] ?? 0)));
  const names = stray.map((pair) => `"${nameOf(pair)}"`).join(' and ');
  return {
    title: `Indent ${names}`,
    message: `${names} ${stray.length > 1 ? 'belong' : 'belongs'} to "${name}" above: indent ${stray.length > 1 ? 'them' : 'it'}`,
    changes: shifted(moved, MOVES),
  };
};

function isEmpty({ value }: Pair<Node, Node | null>): boolean {
  return !value || (isScalar(value) && value.value === null);
}

/** Whether a section takes a key that stands beside it; a plugin's are known by the `use` among them. */
function isKeyOf(fault: Fault, section: string, pair: Pair, beside: readonly Pair[]): boolean {
  const place = placeAt(fault, [section]);
  if (!place) return false;
  const use = beside.find((other) => nameOf(other) === 'use')?.value;
  const name = isScalar(use) ? use.value : undefined;
  const plugin = fault.plugins.find((one) => one.family === place.family && one.name === name);
  return knows({ ...place, plugin }, nameOf(pair), fault);
}

/** `models:` at the top, where there is no `embed`. */
const withoutSection: RepairFinder = (fault) => {
  const key = String(fault.path[0]);
  const map = mapAt(fault, []);
  if (fault.path.length !== 1 || !map || map.flow) return undefined;
  const sections = Object.keys(experimentSchema.shape).filter((section) => {
    const place = placeAt(fault, [section]);
    return place && !place.family && Object.hasOwn(objectShape(place.schema), key);
  });
  const [section] = sections;
  const range = rangeOf(pairIn(map, key)?.key);
  if (section === undefined || sections.length !== 1 || !range || pairIn(map, section)) return undefined;
  const lines = linesIn(fault.tree.text);
  const [first, ...rest] = blockWithList(lines, lineOf(lines, range[0]));
  if (!first) return undefined;
  const head = { start: first.start, end: first.start + first.indent, text: `${section}:\n${' '.repeat(MOVES)}` };
  return {
    title: `Put it into "${section}"`,
    message: `"${key}" belongs into "${section}"`,
    changes: [head, ...shifted(rest, MOVES)],
  };
};

/** A list may stand as far to the left as its key. */
function blockWithList(lines: readonly TextLine[], line: TextLine): TextLine[] {
  const below = lines.slice(line.number + 1);
  const belongs = ({ content, indent }: TextLine) =>
    content === '' || indent > line.indent || (indent === line.indent && /^-(\s|$)/.test(content.slice(indent)));
  const end = below.findIndex((other) => !belongs(other));
  return [line, ...below.slice(0, end < 0 ? below.length : end)].filter(({ content }) => content !== '');
}

/** A section that stands inside of another one. */
const insideSection: RepairFinder = (fault) => {
  const [section, key] = fault.path.map(String);
  if (section === undefined || key === undefined) return undefined;
  const [top, map] = [mapAt(fault, []), mapAt(fault, fault.path.slice(0, -1))];
  if (fault.path.length !== 2 || !Object.hasOwn(experimentSchema.shape, key) || pairIn(top, key)) return undefined;
  const range = rangeOf(pairIn(map, key)?.key);
  if (!map || map.flow || top?.flow || !range || map.items.length < 2) return undefined;
  const { text } = fault.tree;
  const lines = linesIn(text);
  const line = lineOf(lines, range[0]);
  const moved = blockWithList(lines, line);
  const holder = blockOf(lines, lineOf(lines, rangeOf(pairIn(top, section)?.key)?.[0] ?? 0));
  const after = itemAt(holder, holder.length - 1);
  const endOf = ({ start }: TextLine) => text.indexOf('\n', start) + 1 || text.length;
  const cut = { start: line.start, end: endOf(itemAt(moved, moved.length - 1)), text: '' };
  const shownAs = moved.map(({ start, number }) => {
    const end = endOf(itemAt(lines, number));
    return text.slice(Math.min(start + line.indent, end), end);
  });
  const at = endOf(after);
  const pasted = shownAs.join('');
  const changes =
    at === cut.end
      ? [{ ...cut, text: pasted }]
      : [cut, { start: at, end: at, text: (text[at - 1] === '\n' ? '' : '\n') + pasted }];
  const message = `"${key}" stands at the top level, not in "${section}"`;
  return { title: `Move "${key}" to the top level`, message, changes };
};

/** The nearest of the words that there are. */
const nearWord: RepairFinder = ({ diagnostic: { suggestion }, path, tree }) => {
  const node = tree.nodeAt(path);
  const range = rangeOf(node);
  if (suggestion === undefined || !isScalar(node) || !range) return undefined;
  const [start, end] = range;
  const [quote] = /^["']/.exec(tree.text.slice(start, end)) ?? [''];
  return { title: `Write "${suggestion}"`, changes: [{ start, end, text: quote + suggestion + quote }] };
};

const BOOLEANS: Readonly<Record<string, string>> = {
  ...{ yes: 'true', on: 'true', y: 'true', true: 'true' },
  ...{ no: 'false', off: 'false', n: 'false', false: 'false' },
};

/** Numbers as they are written elsewhere: with a unit, a per cent sign, a comma. */
function numbersIn(text: string, isShare: boolean): string[] {
  const [, percent] = /^(-?\d+(?:[.,]\d+)?) ?%$/.exec(text) ?? [];
  if (percent !== undefined) {
    const plain = percent.replace(',', '.');
    return [isShare ? String(Number(plain) / 100) : plain];
  }
  if (/^\d{1,3}(?:[,'_ ]\d{3})+$/.test(text)) return [text.replace(/[,'_ ]/g, '')];
  if (/^-?\d+,\d+$/.test(text)) return [text.replace(',', '.')];
  if (/^-?\.\d+$/.test(text)) return [text.replace('.', '0.')];
  const [, number] = /^(-?\d+(?:\.\d+)?) ?(?:px|pixels?|s|sec|seconds?|MB|megabytes?)$/i.exec(text) ?? [];
  return number === undefined ? [text] : [number];
}

function boundsOf(schema: z.ZodType): { readonly isNumber: boolean; readonly isShare: boolean } {
  const bare = unwrapped(schema);
  const isNumber = bare instanceof z.ZodNumber || (bare instanceof z.ZodLiteral && typeof bare.value === 'number');
  return { isNumber, isShare: bare instanceof z.ZodNumber && (bare.maxValue ?? Number.POSITIVE_INFINITY) <= 1 };
}

/** A text that stands for a number, or for true or false. */
const anotherScalar: RepairFinder = (fault) => {
  const node = fault.tree.nodeAt(fault.path);
  const range = rangeOf(node);
  const schema = placeAt(fault, fault.path)?.schema;
  if (!isScalar(node) || typeof node.value !== 'string' || !range || !schema) return undefined;
  const text = node.value.trim();
  const { isNumber, isShare } = boundsOf(schema);
  const meant = isNumber ? numbersIn(text, isShare) : BOOLEANS[text.toLowerCase()];
  const value = Array.isArray(meant) ? meant[0] : meant;
  if (value === undefined || !takes(fault, schema, isNumber ? Number(value) : value === 'true')) return undefined;
  if (isNumber && !/^-?\d/.test(value)) return undefined;
  const isQuoted = text === value;
  const said = isNumber ? 'a number' : 'true or false';
  return {
    ...write(range[0], range[1], value),
    title: isQuoted ? 'Write it without quotes' : `Write ${value}`,
    safe: isQuoted || undefined,
    message: `This must be ${said}: write ${value}${isQuoted ? ' without quotes' : ''}`,
  };
};

/** A share that is written as one of a hundred. */
const ofHundred: RepairFinder = (fault) => {
  const node = fault.tree.nodeAt(fault.path);
  const range = rangeOf(node);
  const schema = placeAt(fault, fault.path)?.schema;
  if (!isScalar(node) || typeof node.value !== 'number' || !range || !schema) return undefined;
  const share = Number((node.value / 100).toPrecision(12));
  if (node.value <= 1 || node.value > 100 || !boundsOf(schema).isShare || !takes(fault, schema, share))
    return undefined;
  return write(range[0], range[1], String(share));
};

/** What stands alone, or with commas, where a list is to be. */
const asList: RepairFinder = (fault) => {
  const node = fault.tree.nodeAt(fault.path);
  const range = rangeOf(node);
  const schema = placeAt(fault, fault.path)?.schema;
  const bare = schema && unwrapped(schema);
  if (!range || !schema || !(bare instanceof z.ZodArray) || !node) return undefined;
  if (isMap(node)) return blocksAsItems(fault, node, schema, bare.element as z.ZodType);
  if (!isScalar(node) || node.value === null) return undefined;
  const dashed = dashesWithoutBlank(fault, node);
  if (dashed) return dashed;
  const items = String(node.value)
    .split(',')
    .map((item) => item.trim());
  const element = bare.element as z.ZodType;
  const isNumber = unwrapped(element) instanceof z.ZodNumber;
  const values = items.map((item) => (isNumber ? Number(item) : item));
  const written = items.length > 1 || isNumber ? items.join(', ') : sourceOf(fault, node);
  if (metaOf(element).names === 'metric' || takes(fault, schema, values)) {
    return { ...write(range[0], range[1], `[${written}]`), title: 'Make it a list' };
  }
  return undefined;
};

/** `-face-recognition` on lines of their own, which are one text. */
function dashesWithoutBlank(fault: Fault, node: Scalar): PlainRepair | undefined {
  const [start, end] = rangeOf(node) ?? [0, 0];
  const parts = [...fault.tree.text.slice(start, end).matchAll(/(^|\n[ ]*)-(?=[^\s-])/g)];
  if (parts.length === 0 || parts.length !== fault.tree.text.slice(start, end).trimEnd().split('\n').length)
    return undefined;
  const changes = parts.map(({ 0: text, index }) => {
    const at = start + index + text.length;
    return { start: at, end: at, text: ' ' };
  });
  const message = 'A list’s item begins with a dash and a blank: the blank is missing';
  return { title: 'Put a blank behind the dash', message, changes };
}

/** Models by their names, as perturbations are: each name becomes an item, with `use` where it has none. */
function blocksAsItems(fault: Fault, node: YAMLMap, schema: z.ZodType, element: z.ZodType): PlainRepair | undefined {
  const { plugin: family } = metaOf(element);
  if (!family || node.flow) return undefined;
  const lines = linesIn(fault.tree.text);
  const items = node.items as Pair<Node, Node | null>[];
  const names = fault.plugins.filter((plugin) => plugin.family === family).map(({ name }) => name);
  if (items.length === 0 || !items.every((pair) => names.includes(nameOf(pair)))) {
    const [first] = items;
    return first && nameOf(first) === 'use' ? oneItem(fault, node, lines) : undefined;
  }
  const changes = items.flatMap(({ key, value }): TextChange[] => {
    const [start, end] = rangeOf(key) ?? [0, 0];
    const line = lineOf(lines, start);
    const name = fault.tree.text.slice(start, end);
    const below = isMap(value) && !value.flow ? blockOf(lines, line).slice(1) : undefined;
    if (value && !isEmpty({ key, value } as Pair<Node, Node | null>) && !below) {
      const inside = isMap(value)
        ? sourceOf(fault, value)
            .replace(/^\{\s*/, '')
            .replace(/\}$/, '')
        : undefined;
      if (inside === undefined) return [];
      return [{ start, end: rangeOf(value)?.[1] ?? end, text: `- {use: ${name}, ${inside}}` }];
    }
    const rest = below ?? [];
    const by = line.indent + MOVES - (rest[0]?.indent ?? 0);
    const colon = fault.tree.text.indexOf(':', end) + 1;
    return [{ start, end: colon, text: rest.length > 0 ? `- use: ${name}` : `- ${name}` }, ...shifted(rest, by)];
  });
  const message = 'This must be a list: each model is an item with a dash';
  return schema && changes.length >= items.length ? { title: 'Make it a list', message, changes } : undefined;
}

function oneItem(_fault: Fault, node: YAMLMap, lines: readonly TextLine[]): PlainRepair | undefined {
  const [start] = rangeOf(node) ?? [0];
  const [first, ...rest] = blockOf(lines, { ...lineOf(lines, start), indent: lineOf(lines, start).indent - 1 });
  if (!first) return undefined;
  const head = { start: first.start, end: first.start + first.indent, text: `${' '.repeat(first.indent)}- ` };
  return { title: 'Make it a list', changes: [head, ...shifted(rest, MOVES)] };
}

/** What stands where a block is to be that has one key for it: models for `embed`, depths for `accuracy`. */
const asBlock: RepairFinder = (fault) => {
  const node = fault.tree.nodeAt(fault.path);
  const place = placeAt(fault, fault.path);
  if (!node || !place || place.family || !rangeOf(node) || isMap(node)) return undefined;
  const bare = unwrapped(place.schema);
  if (bare instanceof z.ZodRecord) return asNamed(fault, node, bare);
  if (!(bare instanceof z.ZodObject)) return undefined;
  const glued = keyInText(fault, node, place);
  if (glued) return glued;
  const value = fault.tree.valueAt(fault.path);
  const fits = (schema: z.ZodType, given: unknown) =>
    given !== null && given !== undefined && takes(fault, schema, given);
  const keys = keysOf(place, fault.plugins).filter(({ schema }) => fits(schema, value) || fits(schema, [value]));
  const [key, ...others] = keys;
  if (!key || others.length > 0) return undefined;
  const { name, schema } = key;
  const message = `This must be a block of keys: its value belongs to "${name}"`;
  const title = `Put it into "${name}"`;
  if (isSeq(node) && !node.flow) {
    const lines = linesIn(fault.tree.text);
    const first = lineOf(lines, rangeOf(node)?.[0] ?? 0);
    const all = blockWithList(lines, first).filter(({ number }) => number >= first.number);
    const indent = Math.max(first.indent, MOVES);
    const by = indent + MOVES - first.indent;
    const [head, ...rest] = shifted(all, by);
    if (!head) return undefined;
    return { title, message, changes: [{ ...head, text: `${' '.repeat(indent)}${name}:\n${head.text}` }, ...rest] };
  }
  const changes = aroundValue(fault, node, fits(schema, value) ? [`{${name}: `, '}'] : [`{${name}: [`, ']}']);
  return changes.length > 0 ? { title, message, changes } : undefined;
};

/** `top:[1, 5]` in a block of its own is a text, and so is `models` with a list below it. */
function keyInText(fault: Fault, node: Node, place: SchemaPlace): PlainRepair | undefined {
  if (!isScalar(node)) return undefined;
  const source = sourceOf(fault, node);
  const [, key, colon] = /^([\w-]+)(?::(?=\S)|(?=[ ]*\r?\n))/.exec(source) ? (/^([\w-]+)(:?)/.exec(source) ?? []) : [];
  if (key === undefined || !knows(place, key, fault)) return undefined;
  const at = (rangeOf(node)?.[0] ?? 0) + key.length;
  if (colon === '') return missingColon(key, at);
  return {
    title: `Write "${key}: …" with a blank`,
    message: `A blank is missing behind the colon of "${key}"`,
    changes: [{ start: at + 1, end: at + 1, text: ' ' }],
  };
}

function missingColon(key: string, at: number): PlainRepair {
  const changes = [{ start: at, end: at, text: ':' }];
  return { title: `Put a colon behind "${key}"`, message: `A colon is missing behind "${key}"`, changes };
}

/** Perturbations without their names: each is named by its plugin. */
function asNamed(fault: Fault, node: Node, { valueType }: z.ZodRecord): PlainRepair | undefined {
  const { plugin: family } = metaOf(valueType as z.ZodType);
  if (!family) return undefined;
  const known = (name: unknown) => fault.plugins.some((plugin) => plugin.family === family && plugin.name === name);
  const message = `This must be a block: each ${family} has a name of its own before its colon`;
  if (isScalar(node) && known(node.value) && /^[\w-]+$/.test(String(node.value))) {
    const text = sourceOf(fault, node);
    return { title: 'Give it a name', message, changes: aroundValue(fault, node, [`{${text}: `, '}']) };
  }
  if (!isSeq(node) || node.flow) return undefined;
  const lines = linesIn(fault.tree.text);
  const names = node.items.map((item) => (isMap(item) ? item.get('use') : isScalar(item) ? item.value : undefined));
  if (new Set(names).size < names.length || !names.every((name) => known(name) && /^[\w-]+$/.test(String(name)))) {
    return undefined;
  }
  const changes = node.items.flatMap((item, n): TextChange[] => {
    const [start] = rangeOf(item) ?? [0];
    const line = lineOf(lines, start);
    const column = Math.max(line.indent, MOVES);
    const indent = { start: line.start, end: start, text: `${' '.repeat(column)}${names[n]}:` };
    if (isScalar(item)) return [{ ...indent, text: `${indent.text} ` }];
    const inner = column + MOVES;
    const rest = blockOf(lines, line).slice(1);
    return [
      { ...indent, text: `${indent.text}\n${' '.repeat(inner)}` },
      ...shifted(rest, inner - (rest[0]?.indent ?? 0)),
    ];
  });
  return { title: 'Name each by its plugin', message, changes };
}

/** A block whose keys each have a dash before them. */
const withoutDashes: RepairFinder = (fault) => {
  const node = fault.tree.nodeAt(fault.path);
  if (!isSeq(node) || node.flow || node.items.length === 0) return undefined;
  const maps = node.items.filter((item) => isMap(item));
  const keys = maps.flatMap(({ items }) => items.map((pair) => nameOf(pair)));
  if (maps.length < node.items.length || new Set(keys).size < keys.length || !keys.includes('use')) return undefined;
  const lines = linesIn(fault.tree.text);
  const changes = (node as YAMLSeq<Node>).items.map((item) => {
    const [start] = rangeOf(item) ?? [0];
    const line = lineOf(lines, start);
    const column = Math.max(line.indent, MOVES);
    return { start: line.start, end: start, text: ' '.repeat(column) };
  });
  const isShort = maps.every(({ items }) => items.length === 1);
  if (!isShort) return undefined;
  const message = 'This is a block of keys, not a list: no dash stands before its keys';
  return { title: 'Remove the dashes', message, changes };
};

/** `- accuracy.m.top1: 85%`. */
const asExpectation: RepairFinder = (fault) => {
  const node = fault.tree.nodeAt(fault.path);
  if (fault.path[0] !== 'expect' || fault.path.length !== 2 || !isMap(node) || node.items.length !== 1)
    return undefined;
  const { key, value } = itemAt(node.items as Pair<Node, Node | null>[], 0);
  const [from, to] = [rangeOf(key), rangeOf(value)];
  if (!from || !to || !isScalar(value) || node.flow) return undefined;
  const [, operator, number] = /^([<>]=?|==)?\s*(\d+(?:\.\d+)?%?)$/.exec(String(value.value)) ?? [];
  if (number === undefined) return undefined;
  const text = `${fault.tree.text.slice(...from)} ${operator ?? '>='} ${number}`;
  const message = `An expectation is one text, a path, an operator and a number: ${text}`;
  return { ...write(from[0], to[1], text), code: 'expect-syntax', message };
};

const REPAIRS: Partial<Record<DiagnosticCode, readonly RepairFinder[]>> = {
  'unknown-key': [nearKey, keyWithColon, besideSection, withoutSection, insideSection],
  'wrong-type': [anotherScalar, asExpectation, asList, asBlock, withoutDashes],
  'out-of-range': [ofHundred],
  'invalid-value': [nearWord],
  'unknown-plugin': [nearWord],
  'unknown-model': [nearWord],
};
