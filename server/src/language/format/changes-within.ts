import type { TextChange } from '../../experiment/syntax/text-change.js';
import { endOf, type Leaf } from './leaves.js';

/** The changes of white space within a leaf: at the ends of comments, and where scalars of several lines are indented. */
export function changesWithin(leaf: Leaf): TextChange[] {
  switch (leaf.type) {
    case 'comment':
      return [{ start: leaf.offset + leaf.source.trimEnd().length, end: endOf(leaf), text: '' }];
    case 'block-scalar':
      return textLines(leaf);
    case 'scalar':
      return foldedLines(leaf, /[ \t]*\r?\n[ \t]*/g);
    case 'single-quoted-scalar':
    case 'double-quoted-scalar':
      return foldedLines(leaf, /\r?\n[ \t]*/g);
    default:
      return [];
  }
}

/** `white` matches a line break with the white space around it that is no part of the value. */
function foldedLines({ source, offset, indent }: Leaf, white: RegExp): TextChange[] {
  return [...source.matchAll(white)].map(({ 0: gap, index }) => {
    const end = index + gap.length;
    const lineEnd = gap.includes('\r') ? '\r\n' : '\n';
    const blank = source[end] === '\n' || source[end] === '\r';
    return { start: offset + index, end: offset + end, text: lineEnd + (blank ? '' : ' '.repeat(indent)) };
  });
}

/** What a line has beyond the indentation of the text is part of the text. */
function textLines({ source, offset, indent, textIndent }: Leaf): TextChange[] {
  const now = textIndent ?? /(?<![^\n])( *)[^ \r\n]/.exec(source)?.[1]?.length;
  if (now === undefined) return [];
  return [...source.matchAll(/(?<![^\n])( *)([^\n]?)/g)].map(({ 1: blanks = '', 2: next, index }) => {
    const beyond = blanks.length - now;
    const empty = (next === '' || next === '\r') && beyond <= 0;
    const start = offset + index;
    return { start, end: start + blanks.length, text: empty ? '' : ' '.repeat(Math.max(0, indent + beyond)) };
  });
}
