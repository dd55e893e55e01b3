import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
  type Position,
} from 'vscode-languageserver-types';
import { DIAGNOSTIC_CODES } from '../../experiment/checks/diagnostics.js';
import { disablesIn } from '../../experiment/syntax/disable-comments.js';
import type { ExperimentDocument } from '../document.js';
import { anchorsIn } from '../names/anchors.js';
import type { LanguageServices } from '../services.js';
import { lineStart } from './section.js';

/**
 * What may stand where no word of the format does: codes behind `# lookalike-disable`, anchors behind `*`, and variables
 * behind `${`. Undefined where nothing of the kind is being typed.
 */
export function textItems(
  document: ExperimentDocument,
  position: Position,
  { env }: LanguageServices,
): CompletionItem[] | undefined {
  const offset = document.offsetAt(position);
  const line = document.text.slice(lineStart(document.text, offset), offset);
  const comment = /#\s*lookalike-disable\s(?:.*[\s,])?([\w-]*)$/.exec(line);
  if (comment && isDisabling(document, offset)) return codeItems(document, offset, comment[1] ?? '');
  const alias = /(?:^|[\s,[{])(\*[^\s,[\]{}]*)$/.exec(line)?.[1];
  if (alias !== undefined) return aliasItems(document, offset, alias);
  const variable = /\$\{([^{}]*)$/.exec(line)?.[1];
  return variable === undefined ? undefined : variableItems(document, offset, variable, env ?? {});
}

/** A text of the file's may look like such a comment. */
function isDisabling({ text }: ExperimentDocument, offset: number): boolean {
  const probed = `${text.slice(0, offset)}x${text.slice(offset)}`;
  const place = (at: number) => ({ offset: at, line: 0, column: at });
  return disablesIn(probed, (start, end) => ({ start: place(start), end: place(end) })).some(
    ({ range: { start, end } }) => start.offset <= offset && offset < end.offset,
  );
}

function codeItems(document: ExperimentDocument, offset: number, typed: string): CompletionItem[] {
  return Object.entries(DIAGNOSTIC_CODES).map(([code, documentation]) =>
    itemOf(document, offset, typed, { label: code, kind: CompletionItemKind.Constant, documentation }),
  );
}

/** Those that are set above: what is below is not known there. */
function aliasItems(document: ExperimentDocument, offset: number, typed: string): CompletionItem[] {
  const names = anchorsIn(document).flatMap(({ name, role, start }) =>
    role === 'definition' && start < offset ? [name] : [],
  );
  return [...new Set(names)].map((name) =>
    itemOf(document, offset, typed, {
      label: `*${name}`,
      kind: CompletionItemKind.Reference,
      detail: 'an anchor above',
    }),
  );
}

function variableItems(
  document: ExperimentDocument,
  offset: number,
  typed: string,
  env: Readonly<Record<string, string | undefined>>,
): CompletionItem[] {
  const names = [
    'workspaceFolder',
    ...Object.keys(env)
      .filter((name) => env[name])
      .sort()
      .map((name) => `env:${name}`),
  ];
  const closing = document.text[offset] === '}' ? '' : '}';
  return names.map((name) => ({
    ...itemOf(document, offset, typed, { label: `\${${name}}`, kind: CompletionItemKind.Variable, filterText: name }),
    textEdit: { range: document.range(offset - typed.length, offset), newText: name + closing },
  }));
}

function itemOf(
  document: ExperimentDocument,
  offset: number,
  typed: string,
  { documentation, ...facts }: Omit<CompletionItem, 'documentation'> & { documentation?: string },
): CompletionItem {
  return {
    ...facts,
    documentation: documentation ? { kind: MarkupKind.Markdown, value: documentation } : undefined,
    // What is typed over goes on to the end of the word.
    textEdit: {
      range: document.range(offset - typed.length, offset + restOf(document.text, offset)),
      newText: facts.label,
    },
    insertTextFormat: InsertTextFormat.PlainText,
  };
}

function restOf(text: string, offset: number): number {
  return /^[^\s,[\]{}]*/.exec(text.slice(offset))?.[0].length ?? 0;
}
