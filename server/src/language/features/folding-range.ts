import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver-types';
import { isCollection } from 'yaml';
import { type Entry, entriesOf } from '../../experiment/entries.js';
import type { ExperimentDocument } from '../document.js';
import { endOf } from '../edit/insert-entry.js';
import { commentsIn } from '../syntax/comments.js';

/** What can be folded: entries and comments of several lines. */
export function foldingRange(document: ExperimentDocument): FoldingRange[] {
  const entries = [...entriesOf(document.tree.document.contents)].flatMap((entry) => foldOf(document, entry));
  const byLine = new Map(entries.toReversed().map((fold) => [fold.startLine, fold]));
  return [...byLine.values(), ...commentFolds(document)].sort((a, b) => a.startLine - b.startLine);
}

function foldOf(document: ExperimentDocument, { key, value }: Entry): FoldingRange[] {
  const start = (key ?? value)?.range?.[0];
  if (start === undefined || !value) return [];
  const end = endOf(value);
  const startLine = document.positionAt(start).line;
  // The line of a closing bracket stays; a block of text ends with its line.
  const closing = isCollection(value) && value.flow ? 1 : 0;
  const endLine = document.positionAt(document.text[end - 1] === '\n' ? end - 1 : end).line - closing;
  return endLine > startLine ? [{ startLine, endLine }] : [];
}

function commentFolds(document: ExperimentDocument): FoldingRange[] {
  const lines = commentsIn(document)
    .filter(({ alone }) => alone)
    .map(({ start }) => document.positionAt(start).line);
  const folds: FoldingRange[] = [];
  for (const line of lines) {
    const last = folds[folds.length - 1];
    if (last?.endLine === line - 1) last.endLine = line;
    else folds.push({ startLine: line, endLine: line, kind: FoldingRangeKind.Comment });
  }
  return folds.filter(({ startLine, endLine }) => endLine > startLine);
}
