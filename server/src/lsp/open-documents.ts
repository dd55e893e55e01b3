import type { TextDocumentContentChangeEvent } from 'vscode-languageserver-textdocument';
import { ExperimentDocument } from '../language/document.js';
import type { LanguageServices } from '../language/services.js';

/** The documents that are open in the client, each in its newest version. */
export class OpenDocuments {
  private readonly documents = new Map<string, ExperimentDocument>();

  get(uri: string): ExperimentDocument | undefined {
    return this.documents.get(uri);
  }

  all(): ExperimentDocument[] {
    return [...this.documents.values()];
  }

  open(uri: string, version: number, text: string, services: LanguageServices): ExperimentDocument {
    const document = ExperimentDocument.open(uri, version, text, services);
    this.documents.set(uri, document);
    return document;
  }

  /** Undefined where the client changes what it never opened. */
  change(
    uri: string,
    version: number,
    changes: readonly TextDocumentContentChangeEvent[],
  ): ExperimentDocument | undefined {
    const document = this.documents.get(uri)?.edited(changes, version);
    if (document) this.documents.set(uri, document);
    return document;
  }

  close(uri: string): void {
    this.documents.delete(uri);
  }

  /** Reads every document anew, after a change of what documents are read with. */
  reread(services: LanguageServices): void {
    for (const { uri, version, text } of this.all()) this.open(uri, version, text, services);
  }
}
