import type { CodeAction } from 'vscode-languageserver-types';
import type { ExperimentDocument } from '../../server/src/language/document.js';
import { codeAction } from '../../server/src/language/features/code-action.js';
import { diagnose, diagnoseOnDisk } from '../../server/src/language/features/diagnostics.js';
import type { LanguageServices } from '../../server/src/language/services.js';
import { applyEdits } from './marked-yaml.js';

/** What the client would be shown of a document. */
export async function diagnosticsOf(document: ExperimentDocument, services: LanguageServices) {
  return [...diagnose(document), ...(await diagnoseOnDisk(document, services))];
}

/** The quick fixes of the first diagnostic with a code. */
export async function quickFixes(
  document: ExperimentDocument,
  services: LanguageServices,
  code: string,
): Promise<CodeAction[]> {
  const diagnostic = (await diagnosticsOf(document, services)).find((one) => one.code === code);
  if (!diagnostic) return [];
  return codeAction(document, diagnostic.range, { diagnostics: [diagnostic], only: ['quickfix'] }, services);
}

/** The document's text after an action. */
export function textAfter(document: ExperimentDocument, { edit }: CodeAction): string {
  return applyEdits(document, edit?.changes?.[document.uri] ?? []);
}
