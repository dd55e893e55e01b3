import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  InsertTextMode,
  MarkupKind,
  type Position,
} from 'vscode-languageserver-types';
import { keyItems } from '../complete/key-items.js';
import { probe } from '../complete/probe.js';
import { CompletionSite } from '../complete/site.js';
import { withoutStops } from '../complete/snippet.js';
import { type SnippetTemplate, templatesFor } from '../complete/templates.js';
import { textItems } from '../complete/text-items.js';
import { valueItems } from '../complete/value-items.js';
import type { ExperimentDocument } from '../document.js';
import type { LanguageServices } from '../services.js';

/**
 * What may be written at a position: whole valid blocks with tab stops, indented as the file is. A word around the
 * position is typed over. Nothing where nothing can be written without breaking the file.
 */
export async function completion(
  document: ExperimentDocument,
  position: Position,
  services: LanguageServices,
): Promise<CompletionItem[]> {
  const inText = textItems(document, position, services);
  if (inText) return inOrder(inText);
  const offset = document.offsetAt(position);
  const sites = probe(document.text, offset).map((probed) => new CompletionSite(document, probed, services));
  const items = await Promise.all(
    sites.map((site) => (site.probed.role === 'key' ? keyItems(site) : valueItems(site))),
  );
  const all = inOrder([...(await templates(document, position, services)), ...items.flat()]);
  return services.snippets ? all : all.map(asText);
}

async function templates(
  document: ExperimentDocument,
  position: Position,
  { plugins }: LanguageServices,
): Promise<CompletionItem[]> {
  const isEmpty = document.text.split('\n').every((line) => /^\s*(?:#|$)/.test(line));
  if (!isEmpty || position.character > 0) return [];
  return (await templatesFor(plugins)).map((template) => templateItem(document, position, template));
}

function templateItem(document: ExperimentDocument, position: Position, template: SnippetTemplate): CompletionItem {
  const { name, description, snippet } = template;
  return {
    label: name,
    kind: CompletionItemKind.Snippet,
    detail: 'a whole experiment',
    documentation: { kind: MarkupKind.Markdown, value: description },
    textEdit: { range: { start: position, end: position }, newText: snippet.replaceAll('\n', document.lineEnd) },
    insertTextFormat: InsertTextFormat.Snippet,
    insertTextMode: InsertTextMode.asIs,
  };
}

/** For clients that know no snippets. */
function asText({ textEdit, ...item }: CompletionItem): CompletionItem {
  const edit = textEdit && { ...textEdit, newText: withoutStops(textEdit.newText) };
  return { ...item, textEdit: edit, insertTextFormat: InsertTextFormat.PlainText };
}

/** Each label once, in an order that clients keep. */
function inOrder(items: readonly CompletionItem[]): CompletionItem[] {
  const unique = new Map(items.map((item) => [item.label, item]));
  return [...unique.values()].map((item, n) => ({ ...item, sortText: String(n).padStart(4, '0') }));
}
