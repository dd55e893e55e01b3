import { type DocumentHighlight, DocumentHighlightKind, type Position } from 'vscode-languageserver-types';
import type { ExperimentDocument } from '../document.js';
import { namesAlikeAt } from '../names/names-in.js';

/** Every place of the name at a position; those that give it are writes. */
export function documentHighlight(document: ExperimentDocument, position: Position): DocumentHighlight[] {
  return namesAlikeAt(document, position).map(({ role, start, end }) => ({
    range: document.range(start, end),
    kind: role === 'reference' ? DocumentHighlightKind.Read : DocumentHighlightKind.Write,
  }));
}
