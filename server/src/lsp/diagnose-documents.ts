import type { Diagnostic } from 'vscode-languageserver-types';
import { diagnose, diagnoseOnDisk } from '../language/diagnostics.js';
import type { ExperimentDocument } from '../language/document.js';
import type { LanguageServices } from '../language/services.js';

/** How long nothing must be typed before the disk is looked at. */
const PAUSE_MS = 250;

type Publish = (document: ExperimentDocument, diagnostics: readonly Diagnostic[]) => void;

/** Publishes what the text says at once, and what the disk says after a pause, unless a newer version overtakes. */
export class DiagnoseDocuments {
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly publish: Publish,
    private readonly isNewest: (document: ExperimentDocument) => boolean,
  ) {}

  /** `pause` is 0 for a document that was opened or saved: nobody is typing. */
  changed(document: ExperimentDocument, services: LanguageServices, pause = PAUSE_MS): void {
    const found = diagnose(document);
    this.publish(document, found);
    this.forget(document.uri);
    const timer = setTimeout(() => void this.lookAtDisk(document, services, found), pause);
    this.waiting.set(document.uri, timer);
  }

  forget(uri: string): void {
    clearTimeout(this.waiting.get(uri));
    this.waiting.delete(uri);
  }

  private async lookAtDisk(document: ExperimentDocument, services: LanguageServices, found: readonly Diagnostic[]) {
    this.waiting.delete(document.uri);
    const onDisk = await diagnoseOnDisk(document, services);
    if (onDisk.length > 0 && this.isNewest(document)) this.publish(document, [...found, ...onDisk]);
  }
}
