import type { DocumentLink } from 'vscode-languageserver-types';
import { URI } from 'vscode-uri';
import { type Entry, entriesOf } from '../../experiment/entries.js';
import { metaOf } from '../../experiment/schema/schema-facts.js';
import { expandPath } from '../../experiment/variables.js';
import type { ExperimentDocument } from '../document.js';
import { textSpan } from '../names/occurrence.js';
import type { LanguageServices } from '../services.js';

/** Paths of files and folders that are there, with what they expand to. */
export async function documentLink(document: ExperimentDocument, services: LanguageServices): Promise<DocumentLink[]> {
  const entries = [...entriesOf(document.tree.document.contents)];
  const links = await Promise.all(entries.map((entry) => linkOf(document, entry, services)));
  return links.filter((link) => link !== undefined);
}

async function linkOf(
  document: ExperimentDocument,
  { path, value }: Entry,
  { disk, env, workspaceFolderOf }: LanguageServices,
): Promise<DocumentLink | undefined> {
  const span = textSpan(document.text, value);
  const place = span && document.schemaAt(path);
  if (!place || !metaOf(place.schema).path) return undefined;
  const workspaceFolder = workspaceFolderOf(document.file);
  const expanded = expandPath(span.value, { file: document.file, env, workspaceFolder });
  if (!('path' in expanded) || !(await disk.kindOf(expanded.path))) return undefined;
  const range = document.range(span.start, span.end);
  return { range, target: URI.file(expanded.path).toString(), tooltip: expanded.path };
}
