import type { Connection } from 'vscode-languageserver';
import type { ExperimentDocument } from '../language/document.js';
import type { LanguageServices } from '../language/services.js';
import type { ClientForm } from './client-form.js';
import { DiagnoseDocuments } from './diagnose-documents.js';
import type { OpenDocuments } from './open-documents.js';
import { WatchFiles } from './watch-files.js';

/** Who else is told what becomes of documents. */
export interface DocumentListener {
  opened(document: ExperimentDocument): void;
  changed(document: ExperimentDocument): void;
  closed(uri: string): void;
  /** Files that open documents name may be others now. */
  filesChanged(): void;
}

/** Keeps the open documents as the client has them, and publishes what is wrong with them. */
export class DocumentSync {
  private readonly diagnoses: DiagnoseDocuments;

  constructor(
    private readonly connection: Connection,
    private readonly documents: OpenDocuments,
    private readonly services: () => LanguageServices,
    private readonly listener: DocumentListener,
    form: () => ClientForm,
  ) {
    const watch = new WatchFiles(connection);
    this.diagnoses = new DiagnoseDocuments(
      ({ uri, version }, diagnostics) =>
        void connection.sendDiagnostics({ uri, version, diagnostics: form().diagnostics(diagnostics) }),
      (document) => documents.get(document.uri) === document,
      () => {
        if (form().watchesFiles) watch.watch(documents.all(), services());
      },
    );
  }

  listen(): void {
    const { connection, documents, diagnoses, listener } = this;
    connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
      const document = documents.open(uri, version, text, this.services());
      diagnoses.changed(document, this.services(), { pause: 0 });
      listener.opened(document);
    });
    connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
      const document = documents.change(uri, version, contentChanges);
      if (!document) return;
      // Whoever reads the document waits for its diagnostics, which themselves wait for requests.
      diagnoses.changed(document, this.services(), { afterwards: () => listener.changed(document) });
    });
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      diagnoses.forget(uri);
      listener.closed(uri);
      documents.close(uri);
      void connection.sendDiagnostics({ uri, diagnostics: [] });
    });
    connection.onDidChangeWatchedFiles(() => this.lookAgain());
    connection.onDidSaveTextDocument(() => this.lookAgain());
  }

  /** After a change of what documents are read with: folders, settings, plugins. */
  reread(): void {
    this.documents.reread(this.services());
    this.diagnoseAll();
    for (const document of this.documents.all()) this.listener.changed(document);
  }

  private lookAgain(): void {
    this.diagnoseAll();
    this.listener.filesChanged();
  }

  private diagnoseAll(): void {
    for (const document of this.documents.all()) this.diagnoses.changed(document, this.services(), { pause: 0 });
  }
}
