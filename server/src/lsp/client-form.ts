import {
  type ClientCapabilities,
  type CodeAction,
  type Command,
  type CompletionItem,
  type Diagnostic,
  type DocumentSymbol,
  type Hover,
  MarkupKind,
  type ServerCapabilities,
  type SymbolInformation,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { ServiceOptions } from '../language/services.js';

/** Applies the edit of a code action, for clients that know commands alone. */
export const APPLY_EDIT = 'lookalike.applyEdit';

/** Puts what the features answer into a form that the client has declared to know. */
export class ClientForm {
  constructor(private readonly capabilities: ClientCapabilities = {}) {}

  /** What the features themselves must know of the client. */
  get services(): ServiceOptions {
    const { textDocument, workspace } = this.capabilities;
    const { documentChanges, resourceOperations } = workspace?.workspaceEdit ?? {};
    return {
      snippets: textDocument?.completion?.completionItem?.snippetSupport ?? false,
      createsFiles: (documentChanges ?? false) && (resourceOperations?.includes('create') ?? false),
    };
  }

  /** Whether files can be watched on the server's word. */
  get watchesFiles(): boolean {
    return this.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false;
  }

  get needsApplyEdit(): boolean {
    return !this.knowsActions && (this.capabilities.workspace?.applyEdit ?? false);
  }

  private get knowsActions(): boolean {
    return this.capabilities.textDocument?.codeAction?.codeActionLiteralSupport !== undefined;
  }

  serverCapabilities(all: ServerCapabilities): ServerCapabilities {
    const preparesRename = this.capabilities.textDocument?.rename?.prepareSupport ?? false;
    return {
      ...all,
      renameProvider: preparesRename ? all.renameProvider : true,
      codeActionProvider: this.knowsActions ? all.codeActionProvider : true,
    };
  }

  answer(method: string, answer: unknown, uri: string): unknown {
    if (answer === null || answer === undefined) return answer;
    if (method === 'textDocument/hover') return this.hover(answer as Hover);
    if (method === 'textDocument/completion') return this.items(answer as CompletionItem[]);
    if (method === 'textDocument/codeAction') return this.actions(answer as CodeAction[]);
    if (method === 'textDocument/documentSymbol') return this.symbols(answer as DocumentSymbol[], uri);
    return answer;
  }

  diagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
    const can = this.capabilities.textDocument?.publishDiagnostics;
    return diagnostics.map(({ codeDescription, relatedInformation, tags, data, ...diagnostic }) => ({
      ...diagnostic,
      ...(can?.codeDescriptionSupport && { codeDescription }),
      ...(can?.relatedInformation && { relatedInformation }),
      ...(can?.tagSupport && { tags }),
      ...(can?.dataSupport && { data }),
    }));
  }

  private hover(hover: Hover): Hover {
    const formats = this.capabilities.textDocument?.hover?.contentFormat;
    return { ...hover, contents: inFormat(hover.contents, formats) as Hover['contents'] };
  }

  private items(items: readonly CompletionItem[]): CompletionItem[] {
    const formats = this.capabilities.textDocument?.completion?.completionItem?.documentationFormat;
    return items.map(({ documentation, ...item }) => ({
      ...item,
      documentation: inFormat(documentation, formats) as CompletionItem['documentation'],
    }));
  }

  /** For a client that knows no actions their commands, and their edits as a command of the server's. */
  private actions(actions: readonly CodeAction[]): (CodeAction | Command)[] {
    if (this.knowsActions) return [...actions];
    return actions.flatMap(({ title, command, edit }): Command[] => {
      if (command) return [command];
      return edit && this.needsApplyEdit ? [{ title, command: APPLY_EDIT, arguments: [edit] }] : [];
    });
  }

  private symbols(symbols: readonly DocumentSymbol[], uri: string): DocumentSymbol[] | SymbolInformation[] {
    if (this.capabilities.textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport) return [...symbols];
    return flat(symbols, uri);
  }
}

function flat(symbols: readonly DocumentSymbol[], uri: string, containerName?: string): SymbolInformation[] {
  return symbols.flatMap(({ name, kind, range, children = [] }) => [
    { name, kind, location: { uri, range }, containerName },
    ...flat(children, uri, name),
  ]);
}

type Documentation = Hover['contents'] | CompletionItem['documentation'];

function inFormat(documentation: Documentation, formats: readonly MarkupKind[] = []): Documentation {
  if (!documentation || typeof documentation === 'string' || !('kind' in documentation)) return documentation;
  if (documentation.kind !== MarkupKind.Markdown || formats.includes(MarkupKind.Markdown)) return documentation;
  return { kind: MarkupKind.PlainText, value: plainText(documentation.value) };
}

/** Of Markdown, as the features write it, the words. */
function plainText(markdown: string): string {
  return markdown
    .replace(/^```\w*\n?/gm, '')
    .replace(/\*\*([^*]+)\*\*/g, '$1')
    .replace(/\[([^\]]+)\]\(([^)]+)\)/g, '$1 ($2)')
    .replace(/`([^`]*)`/g, '$1')
    .trim();
}

export function isWorkspaceEdit(edit: unknown): edit is WorkspaceEdit {
  return typeof edit === 'object' && edit !== null && ('changes' in edit || 'documentChanges' in edit);
}
