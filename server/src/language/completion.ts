import { type CompletionItem, CompletionItemKind, type Position } from 'vscode-languageserver-types';
import { experimentSchema } from '../spec/experiment-schema.js';
import type { ExperimentDocument } from './document.js';

/** What may be written at a position: so far the top-level keys that are not there, at the beginning of a line. */
export function completion(document: ExperimentDocument, position: Position): CompletionItem[] {
  if (position.character > 0) return [];
  const range = { start: position, end: position };
  return Object.keys(experimentSchema.shape)
    .filter((key) => document.tree.nodeAt([key]) === undefined)
    .map((key) => ({ label: key, kind: CompletionItemKind.Property, textEdit: { range, newText: `${key}: ` } }));
}
