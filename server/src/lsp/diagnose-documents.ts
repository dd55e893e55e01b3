import type { Diagnostic } from 'vscode-languageserver-types';
import { diagnose, diagnoseOnDisk } from '../language/diagnostics.js';
import type { ExperimentDocument } from '../language/document.js';
import type { LanguageServices } from '../language/services.js';

/** How long nothing must be typed before the disk is looked at. */
const PAUSE_MS = 250;

interface Following {
  /** 0 for a document that was opened or saved: nobody is typing. */
  readonly pause?: number;
  /** What is to be done when the text was looked at. */
  readonly afterwards?: () => void;
}

type Publish = (document: ExperimentDocument, diagnostics: readonly Diagnostic[]) => void;

/**
 * Publishes what the text says as soon as the requests that came with it are answered, and what the disk says after
 * a pause; neither of a version that a newer one has overtaken.
 */
export class DiagnoseDocuments {
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly publish: Publish,
    private readonly isNewest: (document: ExperimentDocument) => boolean,
  ) {}

  changed(document: ExperimentDocument, services: LanguageServices, following: Following = {}): void {
    this.forget(document.uri);
    // The next message is read in between: a completion does not wait for diagnostics.
    setImmediate(() => setImmediate(() => this.lookAtText(document, services, following)));
  }

  forget(uri: string): void {
    clearTimeout(this.waiting.get(uri));
    this.waiting.delete(uri);
  }

  private lookAtText(
    document: ExperimentDocument,
    services: LanguageServices,
    { pause = PAUSE_MS, afterwards }: Following,
  ): void {
    if (!this.isNewest(document)) return;
    const found = diagnose(document);
    this.publish(document, found);
    this.forget(document.uri);
    const timer = setTimeout(() => void this.lookAtDisk(document, services, found), pause);
    this.waiting.set(document.uri, timer);
    afterwards?.();
  }

  private async lookAtDisk(document: ExperimentDocument, services: LanguageServices, found: readonly Diagnostic[]) {
    this.waiting.delete(document.uri);
    const onDisk = await diagnoseOnDisk(document, services);
    if (onDisk.length > 0 && this.isNewest(document)) this.publish(document, [...found, ...onDisk]);
  }
}
