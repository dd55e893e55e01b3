import type { Location, Position } from 'vscode-languageserver-types';
import type { ExperimentDocument } from '../document.js';
import { namesAlikeAt } from '../names/names-in.js';

/** Where the model, perturbation or anchor is given that the name at a position means. */
export function definition(document: ExperimentDocument, position: Position): Location[] {
  return namesAlikeAt(document, position)
    .filter(({ role }) => role !== 'reference')
    .map(({ start, end }) => ({ uri: document.uri, range: document.range(start, end) }));
}
