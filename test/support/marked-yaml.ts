import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { CompletionItem, Position, Range, TextEdit } from 'vscode-languageserver-types';
import { URI } from 'vscode-uri';
import { ExperimentDocument } from '../../server/src/language/document.js';
import { createServices, type LanguageServices, type ServiceOptions } from '../../server/src/language/services.js';
import { plugins } from './spec-text.js';

/** A document of a test's, with what its markers marked: `‸` is the cursor, `⟦…⟧` are ranges. */
export interface MarkedDocument {
  readonly document: ExperimentDocument;
  readonly services: LanguageServices;
  /** Where the first `‸` stood; a test without one may not ask. */
  readonly cursor: Position;
  readonly ranges: readonly Range[];
}

export interface MarkedOptions extends ServiceOptions {
  /** The file that the document is of; it need not be there. */
  readonly file?: string;
}

const MARKERS = /[‸⟦⟧]/g;

/** Opens YAML with markers, which YAML itself would not hold. */
export function openMarked(marked: string, { file, ...options }: MarkedOptions = {}): MarkedDocument {
  const { text, cursors, spans } = unmark(marked);
  const services = createServices({ plugins, env: {}, ...options });
  const uri = URI.file(file ?? join(import.meta.dirname, 'example.experiment.yaml')).toString();
  const document = ExperimentDocument.open(uri, 1, text, services);
  return {
    document,
    services,
    get cursor() {
      assert.ok(cursors.length > 0, 'The text has no ‸');
      return document.positionAt(cursors[0]);
    },
    ranges: spans.map(([start, end]) => document.range(start, end)),
  };
}

function unmark(marked: string): { text: string; cursors: number[]; spans: [number, number][] } {
  const cursors: number[] = [];
  const opened: number[] = [];
  const spans: [number, number][] = [];
  let removed = 0;
  for (const { 0: marker, index } of marked.matchAll(MARKERS)) {
    const offset = index - removed++;
    if (marker === '‸') cursors.push(offset);
    else if (marker === '⟦') opened.push(offset);
    else spans.push([opened.pop() ?? assert.fail('⟧ without ⟦'), offset]);
  }
  spans.sort(([a], [b]) => a - b);
  return { text: marked.replace(MARKERS, ''), cursors, spans };
}

/** The text with `⟦…⟧` around each range, to compare with what a test expects. */
export function markRanges({ document }: Pick<MarkedDocument, 'document'>, ranges: readonly Range[]): string {
  const marks = ranges.flatMap(({ start, end }) => [
    { at: document.offsetAt(end), mark: '⟧' },
    { at: document.offsetAt(start), mark: '⟦' },
  ]);
  return marks
    .sort((a, b) => b.at - a.at)
    .reduce((text, { at, mark }) => text.slice(0, at) + mark + text.slice(at), document.text);
}

/** The text after edits, as a client applies them. */
export function applyEdits(document: ExperimentDocument, edits: readonly TextEdit[]): string {
  return edits
    .map(({ range, newText }) => ({
      start: document.offsetAt(range.start),
      end: document.offsetAt(range.end),
      newText,
    }))
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end, newText }) => text.slice(0, start) + newText + text.slice(end), document.text);
}

/** The text after a completion is accepted with all its tab stops as they are. */
export function acceptCompletion(document: ExperimentDocument, item: CompletionItem): string {
  const edit = item.textEdit;
  assert.ok(edit && 'range' in edit, `${item.label} has no edit of its own`);
  const more = item.additionalTextEdits ?? [];
  return applyEdits(document, [{ range: edit.range, newText: expandSnippet(edit.newText) }, ...more]);
}

/** A snippet as text: each tab stop is its default, or the first of its choices. */
export function expandSnippet(snippet: string): string {
  return snippet
    .replace(/\$\{\d+\|((?:\\.|[^,|\\])*)[^|}]*\|\}/g, '$1')
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replace(/\$(?:\d+|\{\d+\})/g, '')
    .replace(/\\([$}\\,|])/g, '$1');
}
