import type { Location, Position, ReferenceContext } from 'vscode-languageserver-types';
import type { ExperimentDocument } from '../document.js';
import { namesAlikeAt } from '../names/names-in.js';

/** Where the file means what the name at a position means. */
export function references(
  document: ExperimentDocument,
  position: Position,
  { includeDeclaration }: ReferenceContext,
): Location[] {
  return namesAlikeAt(document, position)
    .filter(({ role }) => includeDeclaration || role === 'reference')
    .map(({ start, end }) => ({ uri: document.uri, range: document.range(start, end) }));
}
