import { isMap, isSeq, type YAMLMap, type YAMLParseError, YAMLSeq } from 'yaml';
import { beginsAt, errorMoved, knownOf, moved, NEXT, parse, shifted } from './yaml-nodes.js';

/** An item of a list in a block, from its hyphen to the next: it means the same whatever stands around it. */
export interface YamlItem {
  readonly text: string;
  /** Offsets in its node and errors are those of a text in which it stands here. */
  readonly start: number;
  readonly node: unknown;
  readonly errors: readonly YAMLParseError[];
}

/** A shorter section is parsed as a whole as fast. */
export const MOST_WHOLE = 2000;

interface List {
  /** Of its hyphens. */
  readonly indent: number;
  /** Where the lines with them begin. */
  readonly starts: readonly number[];
}

/**
 * Parses a section of which most items are known: the others are parsed, each by itself, and around them the section with
 * its last item alone. Undefined where they cannot be told apart so.
 */
export function parseByItems(
  text: string,
  { start, isLast, known }: { readonly start: number; readonly isLast: boolean; readonly known: readonly YamlItem[] },
): { map: YAMLMap; errors: YAMLParseError[]; items: YamlItem[] } | undefined {
  const list = listIn(text);
  const frame = list && parseFrame(text, list, { start, isLast });
  const items = frame && itemsOf(text, list, start, known);
  if (!items) return undefined;
  const nodes = [...items.map(({ node }) => node), ...frame.seq.items];
  Object.assign(frame.seq, { items: nodes, toJSON: valuesOfItems });
  const errors = [...frame.errors, ...items.flatMap((item) => item.errors)].sort((a, b) => a.pos[0] - b.pos[0]);
  return { map: frame.map, errors, items };
}

/** The items of a section that was parsed as a whole, but for its last one; none where its text is no such list. */
export function itemsIn(section: {
  readonly text: string;
  readonly start: number;
  readonly map: YAMLMap;
  readonly errors: readonly YAMLParseError[];
}): YamlItem[] {
  const { text, start, map } = section;
  const list = section.errors.length === 0 ? listIn(text) : undefined;
  if (!list) return [];
  const { starts, indent } = list;
  const path = pathToList(map, ({ range }) => range?.[0] === start + (starts[0] ?? 0) + indent);
  const nodes = path && (nodeAt(map, path) as YAMLSeq).items;
  if (nodes?.length !== starts.length) return [];
  const items = starts.slice(0, -1).map((at, n): YamlItem => {
    return { text: text.slice(at, starts[n + 1]), start: start + at, node: nodes[n], errors: [] };
  });
  return items.every(isWithin) ? items : [];
}

function isWithin({ node, start, text }: YamlItem): boolean {
  const from = (node as YAMLSeq).range?.[0] ?? -1;
  return from > start && from <= start + text.length;
}

/** The first list of a section's text, with two items or more. */
function listIn(text: string): List | undefined {
  const indent = /^( *)- /m.exec(text)?.[1]?.length;
  if (indent === undefined) return undefined;
  const begun = [...text.matchAll(new RegExp(`^ {${indent}}- `, 'gm'))].map(({ index }) => index);
  const end = endOf(text, indent, begun[0] ?? 0);
  const starts = begun.filter((at) => at < end);
  return starts.length > 1 ? { indent, starts } : undefined;
}

/** Where the first line begins that stands further out than the list, or beside it without being an item. */
function endOf(text: string, indent: number, from: number): number {
  const outside = new RegExp(`^ {0,${indent}}(?![ \\r\\n#]|- )`, 'gm');
  outside.lastIndex = from;
  return outside.exec(text)?.index ?? text.length;
}

/** The section with its last item alone, where all of it stands with the others. */
function parseFrame(
  text: string,
  { indent, starts }: List,
  { start, isLast }: { readonly start: number; readonly isLast: boolean },
): { map: YAMLMap; seq: YAMLSeq; errors: YAMLParseError[] } | undefined {
  const [first = 0, last = 0] = [starts[0], starts.at(-1)];
  const mark = nextItem(indent);
  const whole = `${text.slice(0, first)}${mark}${text.slice(last)}`;
  const { contents, errors } = parse(isLast ? whole : `${whole}${NEXT}: 0\n`);
  if (!isMap(contents)) return undefined;
  if (!isLast && !beginsAt(contents.items.pop()?.key, whole.length)) return undefined;
  const path = pathToList(contents, ({ items }) => beginsAt(items[0], first + indent + 2));
  const marked = path && (nodeAt(contents, path) as YAMLSeq);
  if (!path || marked?.items.length !== 2) return undefined;
  marked.items.shift();
  const behind = first + mark.length;
  const place = (offset: number) => start + offset + (offset < behind ? 0 : last - behind);
  const map = moved(contents, place) as YAMLMap;
  return { map, seq: nodeAt(map, path) as YAMLSeq, errors: errors.map((error) => errorMoved(error, place)) };
}

function nextItem(indent: number): string {
  return `${' '.repeat(indent)}- ${NEXT}\n`;
}

/** All items but the last. */
function itemsOf(
  text: string,
  { indent, starts }: List,
  start: number,
  known: readonly YamlItem[],
): YamlItem[] | undefined {
  const byText = new Map(known.map((item) => [item.text, item]));
  const items: YamlItem[] = [];
  for (const [n, at] of starts.slice(0, -1).entries()) {
    const own = text.slice(at, starts[n + 1]);
    const item = byText.get(own) ?? parseItem(own, indent);
    if (!item) return undefined;
    items.push(itemMoved(item, start + at));
  }
  return items;
}

/** Undefined where what follows would be a part of it. */
function parseItem(text: string, indent: number): YamlItem | undefined {
  const { contents, errors } = parse(`${text}${nextItem(indent)}`);
  if (!isSeq(contents) || contents.flow || contents.items.length !== 2) return undefined;
  const [node, next] = contents.items;
  return beginsAt(next, text.length + indent + 2) ? { text, start: 0, node, errors } : undefined;
}

function itemMoved(item: YamlItem, start: number): YamlItem {
  const by = start - item.start;
  if (by === 0) return item;
  return {
    ...item,
    start,
    node: shifted(item.node, by),
    errors: item.errors.map((error) => errorMoved(error, (offset) => offset + by)),
  };
}

/** The list as plain values, as the library has it: a block that only stands elsewhere is the same value. */
function valuesOfItems(this: YAMLSeq, _: unknown, context: Parameters<YAMLSeq['toJSON']>[1]): unknown[] {
  const items = this.items.map((item) => {
    if (!isMap(item)) return item;
    const known = knownOf(item);
    known.value ??= frozen(item.toJSON(null, context) as object);
    return known.value;
  });
  return Object.assign(new YAMLSeq(), { items }).toJSON(null, context);
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

/** The way to a list of a block by the places of pairs in blocks. */
function pathToList(map: YAMLMap, isWanted: (list: YAMLSeq) => boolean): number[] | undefined {
  for (const [n, { value }] of map.items.entries()) {
    if (isSeq(value) && !value.flow && isWanted(value)) return [n];
    const below = isMap(value) ? pathToList(value, isWanted) : undefined;
    if (below) return [n, ...below];
  }
  return undefined;
}

function nodeAt(map: YAMLMap, path: readonly number[]): unknown {
  return path.reduce<unknown>((at, n) => (at as YAMLMap).items[n]?.value, map);
}
