import {
  type Connection,
  type InitializeParams,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { FEATURES } from './features.js';
import { createServices, type LanguageServices } from './language/services.js';
import { DiagnoseDocuments } from './lsp/diagnose-documents.js';
import { OpenDocuments } from './lsp/open-documents.js';

/** Routes what a client asks and tells to the features that answer: nothing is decided here. */
export function serve(connection: Connection): void {
  let services: LanguageServices = createServices();
  const documents = new OpenDocuments();
  const diagnoses = new DiagnoseDocuments(
    ({ uri, version }, diagnostics) => void connection.sendDiagnostics({ uri, version, diagnostics: [...diagnostics] }),
    (document) => documents.get(document.uri) === document,
  );

  connection.onInitialize((params) => {
    services = createServices({ workspaceFolders: foldersOf(params) });
    return { capabilities: capabilities(), serverInfo: { name: 'lookalike' } };
  });

  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
    diagnoses.changed(documents.open(uri, version, text, services), services, 0);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    const document = documents.change(uri, version, contentChanges);
    if (document) diagnoses.changed(document, services);
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    diagnoses.forget(uri);
    documents.close(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] });
  });

  for (const { method, answer } of FEATURES) {
    connection.onRequest(method, (params) => {
      const document = documents.get(params?.textDocument?.uri);
      return document ? answer(document, params as never, services) : null;
    });
  }
  connection.listen();
}

function capabilities(): ServerCapabilities {
  const textDocumentSync = { openClose: true, change: TextDocumentSyncKind.Incremental };
  return Object.assign({ textDocumentSync }, ...FEATURES.map((feature) => feature.capabilities));
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
  return uris.map((uri) => URI.parse(uri).fsPath);
}
