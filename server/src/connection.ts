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
import { RunServer } from './lsp/run-server.js';
import { plugins as builtIn } from './plugins/registry.js';

/** Routes what a client asks and tells to the features that answer: nothing is decided here. */
export function serve(connection: Connection): void {
  let services: LanguageServices = createServices();
  const documents = new OpenDocuments();
  const diagnoses = new DiagnoseDocuments(
    ({ uri, version }, diagnostics) => void connection.sendDiagnostics({ uri, version, diagnostics: [...diagnostics] }),
    (document) => documents.get(document.uri) === document,
  );

  const runServer = new RunServer(
    connection,
    documents,
    () => services,
    async () => {
      await openServices(services.workspaceFolders);
      documents.reread(services);
      for (const document of documents.all()) {
        diagnoses.changed(document, services, 0);
        runs.changed(document);
      }
    },
  );
  const { runs } = runServer;

  async function openServices(workspaceFolders: readonly string[]): Promise<void> {
    const plugins = [...builtIn, ...(await runServer.loadPlugins())];
    services = createServices({ workspaceFolders, runs, plugins });
    runs.setFolders(workspaceFolders);
  }

  connection.onInitialize(async (params) => {
    const more = runServer.initialize(params);
    await openServices(foldersOf(params));
    return { capabilities: { ...capabilities(), ...more }, serverInfo: { name: 'lookalike' } };
  });
  connection.onDidChangeConfiguration(({ settings }) => runServer.configure(settings));
  connection.onShutdown(() => runs.stop());

  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
    const document = documents.open(uri, version, text, services);
    diagnoses.changed(document, services, 0);
    runs.opened(document);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    const document = documents.change(uri, version, contentChanges);
    if (!document) return;
    diagnoses.changed(document, services);
    runs.changed(document);
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    diagnoses.forget(uri);
    runs.closed(uri);
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
