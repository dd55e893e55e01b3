import type { Diagnostic } from 'vscode-languageserver-types';
import { difference } from '../experiment/syntax/text-change.js';
import type { ExperimentDocument } from '../language/document.js';
import { diagnose, diagnoseOnDisk } from '../language/features/diagnostics.js';
import type { LanguageServices } from '../language/services.js';

/** How long nothing must be typed before the disk is looked at. */
const PAUSE_MS = 250;

/**
 * Turns of the event loop before a text is looked at, microseconds each: in one the request is read that comes right
 * behind a keystroke, in the next it is handled, and its answer is written in one after that, as the connection sends
 * each message in a turn of its own. A completion waits for no diagnostics then.
 */
const TURNS = 8;

interface Following {
  /** 0 for a document that was opened or saved: nobody is typing. */
  readonly pause?: number;
  /** What is to be done when the text was looked at. */
  readonly afterwards?: () => void;
}

/** What the disk last said of a version of a document. */
interface DiskAnswer {
  readonly document: ExperimentDocument;
  readonly diagnostics: readonly Diagnostic[];
}

type Publish = (document: ExperimentDocument, diagnostics: readonly Diagnostic[]) => void;

/**
 * Publishes what the text says as soon as the requests that came with it are answered, and what the disk says after
 * a pause; neither of a version that a newer one has overtaken. Until then what the disk last said stays, moved with
 * the text.
 */
export class DiagnoseDocuments {
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly onDisk = new Map<string, DiskAnswer>();

  constructor(
    private readonly publish: Publish,
    private readonly isNewest: (document: ExperimentDocument) => boolean,
    /** Called when the disk was looked at for a document. */
    private readonly lookedAt: () => void,
  ) {}

  changed(document: ExperimentDocument, services: LanguageServices, following: Following = {}): void {
    this.cancel(document.uri);
    afterTurns(TURNS, () => this.lookAtText(document, services, following));
  }

  /** Of a document that was closed nothing is known any more. */
  forget(uri: string): void {
    this.cancel(uri);
    this.onDisk.delete(uri);
  }

  private cancel(uri: string): void {
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
    const answer = this.onDisk.get(document.uri);
    const moved = answer ? movedTo(document, answer) : [];
    this.onDisk.set(document.uri, { document, diagnostics: moved });
    this.publish(document, [...found, ...moved]);
    this.cancel(document.uri);
    const timer = setTimeout(() => void this.lookAtDisk(document, services, found), pause);
    this.waiting.set(document.uri, timer);
    afterwards?.();
  }

  private async lookAtDisk(document: ExperimentDocument, services: LanguageServices, found: readonly Diagnostic[]) {
    this.waiting.delete(document.uri);
    const diagnostics = await diagnoseOnDisk(document, services);
    if (!this.isNewest(document)) return;
    const shown = this.onDisk.get(document.uri)?.diagnostics ?? [];
    this.onDisk.set(document.uri, { document, diagnostics });
    if (diagnostics.length > 0 || shown.length > 0) this.publish(document, [...found, ...diagnostics]);
    this.lookedAt();
  }
}

function afterTurns(turns: number, work: () => void): void {
  setImmediate(() => (turns > 1 ? afterTurns(turns - 1, work) : work()));
}

/** Diagnostics of an earlier version where they stand now; what was changed itself is not known any more. */
function movedTo(document: ExperimentDocument, { document: earlier, diagnostics }: DiskAnswer): Diagnostic[] {
  if (diagnostics.length === 0 || earlier.text === document.text) return [...diagnostics];
  const { start, end, text } = difference(earlier.text, document.text);
  return diagnostics.flatMap((diagnostic) => {
    const [from, to] = [earlier.offsetAt(diagnostic.range.start), earlier.offsetAt(diagnostic.range.end)];
    if (to > start && from < end) return [];
    const by = to <= start ? 0 : text.length - (end - start);
    return { ...diagnostic, range: document.range(from + by, to + by) };
  });
}
