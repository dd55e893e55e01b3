import {
  type Connection,
  DidChangeWorkspaceFoldersNotification,
  type InitializeParams,
  type ServerCapabilities,
  TextDocumentSyncKind,
  type WorkspaceFoldersChangeEvent,
} from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { createServices, type LanguageServices } from '../language/services.js';
import { plugins as builtIn } from '../plugins/registry.js';
import { ClientForm } from './client-form.js';
import { DocumentSync } from './document-sync.js';
import { FEATURES } from './features.js';
import { OpenDocuments } from './open-documents.js';
import { RunServer } from './run-server.js';

/** Routes what a client asks and tells to the features that answer: nothing is decided here. */
export function serve(connection: Connection): void {
  let services: LanguageServices = createServices();
  let form = new ClientForm();
  const documents = new OpenDocuments();
  const runServer = new RunServer(
    connection,
    documents,
    () => services,
    () => reopen(services.workspaceFolders),
    () => sync.reread(),
  );
  const { runs } = runServer;
  const sync = new DocumentSync(
    connection,
    documents,
    () => services,
    runs,
    () => form,
  );

  async function openServices(workspaceFolders: readonly string[]): Promise<void> {
    const plugins = [...builtIn, ...(await runServer.loadPlugins())];
    services = createServices({ workspaceFolders, runs, plugins, ...form.services });
    runs.setFolders(workspaceFolders);
  }

  async function reopen(workspaceFolders: readonly string[]): Promise<void> {
    await openServices(workspaceFolders);
    sync.reread();
  }

  connection.onInitialize(async (params) => {
    form = new ClientForm(params.capabilities);
    const more = runServer.initialize(params, form);
    await openServices(foldersOf(params));
    const all = form.serverCapabilities({ ...capabilities(), ...more });
    return { capabilities: all, serverInfo: { name: 'lookalike' } };
  });
  connection.onNotification(DidChangeWorkspaceFoldersNotification.type, ({ event }) =>
    reopen(foldersAfter(services.workspaceFolders, event)),
  );
  connection.onDidChangeConfiguration(({ settings }) => runServer.configure(settings));
  connection.onShutdown(() => runs.stop());

  sync.listen();
  for (const { method, answer } of FEATURES) {
    connection.onRequest(method, async (params) => {
      const document = documents.get(params?.textDocument?.uri);
      return document ? form.answer(method, await answer(document, params as never, services), document.uri) : null;
    });
  }
  connection.listen();
}

function capabilities(): ServerCapabilities {
  const textDocumentSync = { openClose: true, change: TextDocumentSyncKind.Incremental, save: true };
  const workspace = { workspaceFolders: { supported: true, changeNotifications: true } };
  return Object.assign({ textDocumentSync, workspace }, ...FEATURES.map((feature) => feature.capabilities));
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
  return uris.map(pathOf);
}

function foldersAfter(folders: readonly string[], { added, removed }: WorkspaceFoldersChangeEvent): string[] {
  const gone = removed.map(({ uri }) => pathOf(uri));
  return [...folders.filter((folder) => !gone.includes(folder)), ...added.map(({ uri }) => pathOf(uri))];
}

function pathOf(uri: string): string {
  return URI.parse(uri).fsPath;
}
