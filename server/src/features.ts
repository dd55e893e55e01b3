import {
  CompletionRequest,
  DocumentFormattingRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
  type ProtocolRequestType,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { completion } from './language/completion.js';
import type { ExperimentDocument } from './language/document.js';
import { formatting, onTypeFormatting, rangeFormatting } from './language/formatting.js';
import type { LanguageServices } from './language/services.js';

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
    (document, { position }) => completion(document, position),
  ),
  feature(DocumentFormattingRequest.type, { documentFormattingProvider: true }, formatting),
  feature(DocumentRangeFormattingRequest.type, { documentRangeFormattingProvider: true }, (document, { range }) =>
    rangeFormatting(document, range),
  ),
  feature(
    DocumentOnTypeFormattingRequest.type,
    { documentOnTypeFormattingProvider: { firstTriggerCharacter: '\n' } },
    (document, { position }) => onTypeFormatting(document, position),
  ),
];

/** Ties the types of a request's parameters and result to the function that answers it. */
function feature<P extends { readonly textDocument: { readonly uri: string } }, R, PR, E, RO>(
  request: ProtocolRequestType<P, R, PR, E, RO>,
  capabilities: ServerCapabilities,
  answer: Feature<P, R>['answer'],
): Feature {
  return { method: request.method, capabilities, answer };
}
