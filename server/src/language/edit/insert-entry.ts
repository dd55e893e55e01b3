import { isCollection, isMap, isPair, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { TextChange } from '../../experiment/syntax/text-change.js';
import type { ExperimentDocument } from '../document.js';

/** A key with its value, or a list's item, as it is written on a line of its own and between brackets. */
export interface NewEntry {
  /** Lines that are indented relative to the first; of an item without its dash. */
  readonly block: readonly string[];
  readonly flow: string;
}

export function onOneLine(text: string): NewEntry {
  return { block: [text], flow: text };
}

/** The change that adds an entry behind the `after`th of a collection: by default behind its last, before all at -1. */
export function insertEntry(
  document: ExperimentDocument,
  collection: YAMLMap | YAMLSeq,
  entry: NewEntry,
  after = collection.items.length - 1,
): TextChange {
  const { text, lineEnd } = document;
  const before = collection.items[after] as Node | Pair | undefined;
  if (collection.flow) return insertInBrackets(text, collection, entry, before);
  const indent = ' '.repeat(columnOf(text, collection));
  const dash = isMap(collection) ? '' : '- ';
  const lines = entry.block.map((line, n) => indent + (n === 0 ? dash : ' '.repeat(dash.length)) + line);
  if (!before) return insertFirst(collection, lines, lineEnd, indent);
  const end = endOf(before);
  if (text[end - 1] === '\n') return { start: end, end, text: lines.map((line) => line + lineEnd).join('') };
  const lineBreak = /\r?\n|$/g;
  lineBreak.lastIndex = end;
  const at = lineBreak.exec(text)?.index ?? text.length;
  return { start: at, end: at, text: lines.map((line) => lineEnd + line).join('') };
}

/** The first line goes where the block begins, and the block's own first line below it. */
function insertFirst({ range }: Node, lines: readonly string[], lineEnd: string, indent: string): TextChange {
  const start = range?.[0] ?? 0;
  return { start, end: start, text: lines.join(lineEnd).slice(indent.length) + lineEnd + indent };
}

function insertInBrackets(
  text: string,
  collection: YAMLMap | YAMLSeq,
  { flow }: NewEntry,
  before: Node | Pair | undefined,
): TextChange {
  if (before) return { start: endOf(before), end: endOf(before), text: `, ${flow}` };
  const start = text.indexOf(isMap(collection) ? '{' : '[', collection.range?.[0]) + 1;
  return { start, end: start, text: collection.items.length > 0 ? `${flow}, ` : flow };
}

/** How far the entries of a block are from the margin. */
export function columnOf(text: string, { range }: Node): number {
  const start = range?.[0] ?? 0;
  return start - (text.lastIndexOf('\n', start - 1) + 1);
}

/** Where a pair or an item ends, comments and lines behind it not counted. */
export function endOf(entry: Node | Pair | null): number {
  if (isPair(entry)) return endOf((entry.value ?? entry.key) as Node | null);
  const last = isCollection(entry) && !entry.flow ? entry.items[entry.items.length - 1] : undefined;
  return last ? endOf(last as Node | Pair) : (entry?.range?.[1] ?? 0);
}
