import {
  CodeActionRequest,
  CodeLensRequest,
  CompletionRequest,
  DefinitionRequest,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  InlayHintRequest,
  LSPErrorCodes,
  PrepareRenameRequest,
  type ProtocolRequestType,
  ReferencesRequest,
  RenameRequest,
  ResponseError,
  SelectionRangeRequest,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
  type ServerCapabilities,
} from 'vscode-languageserver';
import type { ExperimentDocument } from '../language/document.js';
import { CODE_ACTION_KINDS, codeAction } from '../language/features/code-action.js';
import { codeLenses } from '../language/features/code-lens.js';
import { completion } from '../language/features/completion.js';
import { definition } from '../language/features/definition.js';
import { documentHighlight } from '../language/features/document-highlight.js';
import { documentLink } from '../language/features/document-link.js';
import { documentSymbol } from '../language/features/document-symbol.js';
import { foldingRange } from '../language/features/folding-range.js';
import { formatting, onTypeFormatting, rangeFormatting } from '../language/features/formatting.js';
import { hover } from '../language/features/hover.js';
import { inlayHints } from '../language/features/inlay-hints.js';
import { references } from '../language/features/references.js';
import { prepareRename, rename } from '../language/features/rename.js';
import { selectionRange } from '../language/features/selection-range.js';
import { SEMANTIC_TOKENS_LEGEND, semanticTokens } from '../language/features/semantic-tokens.js';
import type { LanguageServices } from '../language/services.js';
import type { Result } from '../protocol/errors.js';

/** A request about one document, and what answers it. */
export interface Feature<P = never, R = unknown> {
  readonly method: string;
  readonly capabilities: ServerCapabilities;
  answer(document: ExperimentDocument, params: P, services: LanguageServices): R | Promise<R>;
}

/** Every request about a document: the connection routes them, and the property tests call them all. */
export const FEATURES: readonly Feature[] = [
  feature(
    CompletionRequest.type,
    { completionProvider: { triggerCharacters: [' ', ':', '/', '.', '-', '{', '['] } },
    (document, { position }, services) => completion(document, position, services),
  ),
  feature(HoverRequest.type, { hoverProvider: true }, (document, { position }, services) =>
    hover(document, position, services),
  ),
  feature(DefinitionRequest.type, { definitionProvider: true }, (document, { position }) =>
    definition(document, position),
  ),
  feature(ReferencesRequest.type, { referencesProvider: true }, (document, { position, context }) =>
    references(document, position, context),
  ),
  feature(DocumentHighlightRequest.type, { documentHighlightProvider: true }, (document, { position }) =>
    documentHighlight(document, position),
  ),
  feature(PrepareRenameRequest.type, { renameProvider: { prepareProvider: true } }, (document, { position }) =>
    valueOrError(prepareRename(document, position)),
  ),
  feature(RenameRequest.type, {}, (document, { position, newName }) =>
    valueOrError(rename(document, position, newName)),
  ),
  feature(DocumentLinkRequest.type, { documentLinkProvider: {} }, (document, _, services) =>
    documentLink(document, services),
  ),
  feature(DocumentSymbolRequest.type, { documentSymbolProvider: true }, documentSymbol),
  feature(FoldingRangeRequest.type, { foldingRangeProvider: true }, foldingRange),
  feature(SelectionRangeRequest.type, { selectionRangeProvider: true }, (document, { positions }) =>
    selectionRange(document, positions),
  ),
  feature(
    SemanticTokensRequest.type,
    { semanticTokensProvider: { legend: SEMANTIC_TOKENS_LEGEND, full: true, range: true } },
    (document) => semanticTokens(document),
  ),
  feature(SemanticTokensRangeRequest.type, {}, (document, { range }) => semanticTokens(document, range)),
  feature(DocumentFormattingRequest.type, { documentFormattingProvider: true }, formatting),
  feature(DocumentRangeFormattingRequest.type, { documentRangeFormattingProvider: true }, (document, { range }) =>
    rangeFormatting(document, range),
  ),
  feature(
    DocumentOnTypeFormattingRequest.type,
    { documentOnTypeFormattingProvider: { firstTriggerCharacter: '\n' } },
    (document, { position }) => onTypeFormatting(document, position),
  ),
  feature(
    CodeActionRequest.type,
    { codeActionProvider: { codeActionKinds: CODE_ACTION_KINDS } },
    (document, { range, context }, services) => codeAction(document, range, context, services),
  ),
  feature(CodeLensRequest.type, { codeLensProvider: {} }, (document, _, services) => codeLenses(document, services)),
  feature(InlayHintRequest.type, { inlayHintProvider: true }, (document, { range }, services) =>
    inlayHints(document, range, services),
  ),
];

/** Ties the types of a request's parameters and result to the function that answers it; too large a file has none. */
function feature<P extends { readonly textDocument: { readonly uri: string } }, R, PR, E, RO>(
  request: ProtocolRequestType<P, R, PR, E, RO>,
  capabilities: ServerCapabilities,
  answer: Feature<P, R>['answer'],
): Feature {
  return {
    method: request.method,
    capabilities,
    answer: (document, params, services) => (document.isTooLarge ? null : answer(document, params, services)),
  };
}

/** An expected failure, as the protocol has it: the client shows its message. */
function valueOrError<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ResponseError(LSPErrorCodes.RequestFailed, result.problem.message);
}
