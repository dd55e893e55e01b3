import type { InlayHint, Range } from 'vscode-languageserver-types';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import type { ExperimentDocument } from '../document.js';
import { costNotes } from '../inlay/costs.js';
import { figureNotes } from '../inlay/figures.js';
import type { Note } from '../inlay/note.js';
import { queryNotes } from '../inlay/queries.js';
import type { LanguageServices } from '../services.js';

/** What runs measured, beside what it was measured of, and what the next run would cost. */
export function inlayHints(document: ExperimentDocument, range: Range, { runs }: LanguageServices): InlayHint[] {
  if (!runs) return [];
  const known = runs.of(document);
  const notes = [
    ...figureNotes(document, known),
    ...queryNotes(document, known),
    ...costNotes(document, known.planned),
  ];
  return notes.map((note) => hintOf(document, note)).filter(({ position }) => isIn(position.line, range));
}

function hintOf(document: ExperimentDocument, { at, label, tooltip }: Note): InlayHint {
  const value = tooltip && { kind: 'markdown' as const, value: tooltip };
  return { position: besideOf(document, at), label, tooltip: value, paddingLeft: true };
}

/** After a value that ends in its own line, else after the line that it begins in. */
function besideOf(document: ExperimentDocument, at: SpecPath) {
  const key = document.keyRange(at);
  const value = document.valueRange(at);
  const first = key.start.line;
  if (value.end.line === first) return value.end;
  const line = document.range(
    document.offsetAt({ line: first, character: 0 }),
    document.offsetAt({ line: first + 1, character: 0 }),
  );
  const text = document.text.slice(document.offsetAt(line.start), document.offsetAt(line.end));
  return { line: first, character: text.trimEnd().length };
}

function isIn(line: number, { start, end }: Range): boolean {
  return start.line <= line && line <= end.line;
}
