import { ResponseError } from 'vscode-languageserver';
import type { ExperimentDocument } from '../../server/src/language/document.js';
import { diagnose, diagnoseOnDisk } from '../../server/src/language/features/diagnostics.js';
import type { LanguageServices } from '../../server/src/language/services.js';
import { FEATURES } from '../../server/src/lsp/features.js';

/** Asks every feature about a document, at a place in it. An expected refusal is an answer. */
export async function askEverything(
  document: ExperimentDocument,
  services: LanguageServices,
  start: number,
  end: number,
): Promise<void> {
  const diagnostics = [...diagnose(document), ...(await diagnoseOnDisk(document, services))];
  const position = document.positionAt(start);
  const params = {
    textDocument: { uri: document.uri },
    position,
    positions: [position],
    range: document.range(Math.min(start, end), Math.max(start, end)),
    newName: 'renamed',
    context: { diagnostics, includeDeclaration: true, triggerKind: 1 },
    options: { tabSize: 2, insertSpaces: true },
    ch: '\n',
  };
  for (const { answer } of FEATURES) {
    try {
      await answer(document, params as never, services);
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error;
    }
  }
}
