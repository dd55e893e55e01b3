import { Parser } from 'yaml';
import type { TextChange } from '../../experiment/syntax/text-change.js';
import { changesWithin } from './changes-within.js';
import { endOf, type Leaf, leavesOf } from './leaves.js';
import { lineIndents } from './line-indents.js';
import { spaceBetween } from './spacing.js';

/**
 * The changes of white space that lay YAML out evenly: blocks and brackets indented by two, one blank after colons and
 * commas, none at the ends of lines, one line end at the end. `text` is valid YAML of one document. Comments, blank
 * lines, quotes and the style of each collection stay, and so does every value.
 */
export function layOut(text: string): TextChange[] {
  const leaves = leavesOf(new Parser().parse(text));
  const last = leaves.at(-1);
  if (!last) return [];
  const indents = lineIndents(leaves, text);
  const changes = leaves.flatMap((leaf, n) => [
    ...changesBefore(leaf, leaves[n - 1], indents.get(leaf), text),
    ...changesWithin(leaf),
  ]);
  changes.push(ending(last, text));
  return changes.filter(({ start, end, text: replacement }) => text.slice(start, end) !== replacement);
}

function changesBefore(leaf: Leaf, before: Leaf | undefined, indent: number | undefined, text: string): TextChange[] {
  const start = before ? endOf(before) : 0;
  const end = leaf.offset;
  const written = text.slice(start, end);
  if (indent === undefined && before && leaf.type !== 'block-scalar') {
    return [{ start, end, text: spaceBetween(before, leaf, written) }];
  }
  const atLineEnds = [...written.matchAll(/[^\r\n]+(?=[\r\n])/g)].map(({ 0: blanks, index }) => ({
    start: start + index,
    end: start + index + blanks.length,
    text: '',
  }));
  return [...atLineEnds, { start: start + written.search(/[^\r\n]*$/), end, text: ' '.repeat(indent ?? 0) }];
}

function ending(last: Leaf, text: string): TextChange {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  return { start: endOf(last), end: text.length, text: last.source.endsWith('\n') ? '' : lineEnd };
}
