import type { Position, SelectionRange } from 'vscode-languageserver-types';
import { isCollection } from 'yaml';
import { type Entry, entriesOf } from '../../experiment/entries.js';
import type { ExperimentDocument } from '../document.js';
import { endOf } from '../edit/insert-entry.js';
import { type Span, textSpan } from '../names/occurrence.js';

/** For each position what may be selected around it, ever wider: word, value, entry, block, file. */
export function selectionRange(document: ExperimentDocument, positions: readonly Position[]): SelectionRange[] {
  const spans = [...entriesOf(document.tree.document.contents)].flatMap((entry) => spansOf(document.text, entry));
  return positions.map((position) => around(document, spans, document.offsetAt(position)));
}

function spansOf(text: string, { key, value }: Entry): Span[] {
  const inner = [key, value].flatMap((node) => {
    const whole = node?.range && { start: node.range[0], end: isCollection(node) ? endOf(node) : node.range[1] };
    return [textSpan(text, node), whole].filter((span) => span !== undefined && span !== null);
  });
  const [first] = inner;
  if (!key || !first) return inner;
  return [...inner, { start: first.start, end: Math.max(...inner.map(({ end }) => end)) }];
}

function around(document: ExperimentDocument, spans: readonly Span[], offset: number): SelectionRange {
  const whole = { range: document.range(0, document.text.length) };
  return spans
    .filter(({ start, end }) => start <= offset && offset <= end)
    .sort((a, b) => b.end - b.start - (a.end - a.start))
    .reduce<SelectionRange>((parent, { start, end }) => {
      const same = document.offsetAt(parent.range.start) === start && document.offsetAt(parent.range.end) === end;
      return same ? parent : { range: document.range(start, end), parent };
    }, whole);
}
