import { DiagnosticSeverity, DiagnosticTag, type Diagnostic as LspDiagnostic } from 'vscode-languageserver-types';
import { checkFiles } from '../../experiment/checks/check-files.js';
import type { Diagnostic, Severity } from '../../experiment/checks/diagnostics.js';
import { siftDisabled, unusedDisables, vainDisables } from '../../experiment/syntax/disable-comments.js';
import type { ExperimentDocument } from '../document.js';
import { documentationOf } from '../documentation.js';
import type { LanguageServices } from '../services.js';

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** What is wrong with a document as far as its text alone says: cheap enough for every keystroke. */
export function diagnose(document: ExperimentDocument): LspDiagnostic[] {
  const { diagnostics, disables } = document.experiment;
  const { shown } = siftDisabled(disables, diagnostics);
  return [...shown, ...vainDisables(disables, diagnostics)].map((diagnostic) => toLsp(document, diagnostic));
}

/** What the disk says against a document, which takes longer, and what comments disable in vain. */
export async function diagnoseOnDisk(
  document: ExperimentDocument,
  { plugins, disk }: LanguageServices,
): Promise<LspDiagnostic[]> {
  const { spec, diagnostics, disables } = document.experiment;
  const found = await checkFiles(document.experiment, plugins, disk);
  const { shown } = siftDisabled(disables, found);
  const unused = spec ? unusedDisables(disables, [...diagnostics, ...found]) : [];
  return [...shown, ...unused].map((diagnostic) => toLsp(document, diagnostic));
}

function toLsp(document: ExperimentDocument, diagnostic: Diagnostic): LspDiagnostic {
  const { code, severity, message, hint, range } = diagnostic;
  const href = documentationOf('diagnostics', code);
  return {
    range: document.rangeOf(range),
    severity: SEVERITY[severity],
    code,
    codeDescription: href === undefined ? undefined : { href },
    source: 'lookalike',
    message: hint ? `${message}\n${hint}` : message,
    tags: code === 'unused-section' || code === 'unused-key' ? [DiagnosticTag.Unnecessary] : undefined,
    relatedInformation: diagnostic.related?.map(({ path, message: about }) => ({
      location: { uri: document.uri, range: document.valueRange(path) },
      message: about,
    })),
    data: dataOf(diagnostic),
  };
}

/** What fixes are made of; see `faultOf`. */
function dataOf({ path, suggestion, remedy, repair }: Diagnostic) {
  return { path, suggestion, remedy, repair };
}
