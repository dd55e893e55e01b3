import { isCollection, isPair, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { nameOf } from '../../experiment/key-name.js';
import type { TextChange } from '../../experiment/syntax/text-change.js';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import type { ExperimentDocument } from '../document.js';
import { endOf } from './insert-entry.js';

type Item = Node | Pair;

/** The change that takes a key with its value, or a list's item, away; undefined where nothing is written there. */
export function removeEntry(document: ExperimentDocument, path: SpecPath): TextChange | undefined {
  const collection = document.tree.nodeAt(path.slice(0, -1));
  const last = path.at(-1);
  if (!isCollection(collection) || last === undefined) return undefined;
  const index = indexOf(collection, last);
  return index < 0 ? undefined : removeItem(document.text, collection as YAMLMap | YAMLSeq, index);
}

function indexOf({ items }: { items: unknown[] }, segment: string | number): number {
  if (typeof segment === 'number') return segment < items.length ? segment : -1;
  return items.findIndex((item) => isPair(item) && nameOf(item) === segment);
}

/** The change that takes the `index`th entry of a collection away, and what keeps it apart from its neighbours. */
export function removeItem(text: string, { items, flow }: YAMLMap | YAMLSeq, index: number): TextChange {
  const [before, item, after] = [items[index - 1], items[index], items[index + 1]] as (Item | undefined)[];
  const start = startOf(item as Item);
  if (flow) {
    if (after) return { start, end: startOf(after), text: '' };
    return { start: before ? endOf(before) : start, end: endOf(item as Item), text: '' };
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = endOfLine(text, endOf(item as Item));
  const dashed = isPair(item) && text.slice(lineStart, start).trim() !== '';
  // A block's first key behind a dash leaves its place to the next.
  return dashed
    ? { start, end: after ? startOf(after) : endOf(item), text: '' }
    : { start: lineStart, end: lineEnd, text: '' };
}

function startOf(item: Item): number {
  return (isPair(item) ? (item.key as Node | null) : item)?.range?.[0] ?? 0;
}

/** Behind the end of the line that an entry ends in; a block of text ends with its line. */
function endOfLine(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}
