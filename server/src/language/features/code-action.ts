import { isDeepStrictEqual } from 'node:util';
import {
  type CodeAction,
  type CodeActionContext,
  CodeActionKind,
  type Diagnostic as LspDiagnostic,
  type Range,
  TextDocumentEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver-types';
import type { Diagnostic } from '../../experiment/checks/diagnostics.js';
import { applyChanges } from '../../experiment/syntax/text-change.js';
import { type SpecPath, SpecTree } from '../../experiment/syntax/tree.js';
import type { ExperimentDocument } from '../document.js';
import { allDiagnostics, faultOf } from '../fixes/fault.js';
import type { Fault, Fix } from '../fixes/fix.js';
import { fixedSafely } from '../fixes/fix-safely.js';
import { fixesFor } from '../fixes/table.js';
import { expectMeasured } from '../refactorings/expect-measured.js';
import { otherForm } from '../refactorings/other-form.js';
import type { LanguageServices } from '../services.js';

/** Every kind of action that there may be. */
export const CODE_ACTION_KINDS = [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, CodeActionKind.SourceFixAll];

/** What can be done about the diagnostics of a range, to what stands there, and, where it is asked for, to the file. */
export async function codeAction(
  document: ExperimentDocument,
  range: Range,
  { diagnostics, only }: CodeActionContext,
  services: LanguageServices,
): Promise<CodeAction[]> {
  const wants = (kind: string) => !only || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
  const parts = [
    wants(CodeActionKind.QuickFix) ? quickFixes(document, diagnostics, services) : [],
    wants(CodeActionKind.RefactorRewrite) ? refactorings(document, range, services) : [],
    only && wants(CodeActionKind.SourceFixAll) ? fixAll(document, services) : [],
  ];
  return (await Promise.all(parts)).flat();
}

async function quickFixes(
  document: ExperimentDocument,
  diagnostics: readonly LspDiagnostic[],
  services: LanguageServices,
): Promise<CodeAction[]> {
  if (diagnostics.length === 0) return [];
  const known = await allDiagnostics(document, services);
  const found = diagnostics.map(async (diagnostic) => {
    const fault = faultOf(document, diagnostic, known);
    if (!fault) return [];
    return (await fixesFor(document, fault, services))
      .filter((fix) => helps(document, fix, fault))
      .map((fix) => ({ ...actionOf(document, fix, CodeActionKind.QuickFix), diagnostics: [diagnostic] }));
  });
  return (await Promise.all(found)).flat();
}

function refactorings(document: ExperimentDocument, range: Range, services: LanguageServices): CodeAction[] {
  const fixes = [...otherForm(document, range.start), ...expectMeasured(document, range.start, services)];
  return fixes
    .filter((fix) => isHarmless(document, fix))
    .map((fix) => actionOf(document, fix, CodeActionKind.RefactorRewrite));
}

/** All fixes at once that change nothing of what the file means, and again until none is left. */
async function fixAll(document: ExperimentDocument, services: LanguageServices): Promise<CodeAction[]> {
  const { changes } = await fixedSafely(document, services);
  if (changes.length === 0) return [];
  return [actionOf(document, { title: 'Fix all that can be fixed safely', changes }, CodeActionKind.SourceFixAll)];
}

/** YAML has corners that no fix knows: one that would break a valid file is not offered. */
function isHarmless({ text, tree }: ExperimentDocument, { changes = [] }: Fix): boolean {
  if (changes.length === 0 || tree.problems.length > 0) return true;
  return SpecTree.parse(applyChanges(text, changes)).problems.length === 0;
}

/** After a fix the fault is gone, and nothing else is wrong at its place or below it. */
function helps(document: ExperimentDocument, fix: Fix, { code, path }: Fault): boolean {
  const { changes = [] } = fix;
  if (changes.length === 0) return true;
  const before = document.experiment.diagnostics;
  const { experiment } = document.edited([{ text: applyChanges(document.text, changes) }], document.version);
  if (experiment.tree.isBroken && !document.tree.isBroken) return false;
  const count = (diagnostics: readonly Diagnostic[]) => diagnostics.filter((one) => one.code === code).length;
  if (count(experiment.diagnostics) >= count(before) && count(before) > 0) return false;
  const isKnown = (diagnostic: Diagnostic) => before.some((one) => isDeepStrictEqual(one.path, diagnostic.path));
  return experiment.diagnostics.every((one) => one.severity !== 'error' || !isBelow(one.path, path) || isKnown(one));
}

function isBelow(path: SpecPath, place: SpecPath): boolean {
  return place.length > 0 && isDeepStrictEqual(path.slice(0, place.length), place);
}

function actionOf(document: ExperimentDocument, fix: Fix, kind: CodeActionKind): CodeAction {
  const { title, command, preferred } = fix;
  return { title, kind, isPreferred: preferred || undefined, edit: editOf(document, fix), command };
}

function editOf(document: ExperimentDocument, { changes = [], files = [] }: Fix): WorkspaceEdit | undefined {
  const edits = changes.map(({ start, end, text }) => ({ range: document.range(start, end), newText: text }));
  if (files.length === 0) return edits.length > 0 ? { changes: { [document.uri]: edits } } : undefined;
  const own = TextDocumentEdit.create({ uri: document.uri, version: document.version }, edits);
  return { documentChanges: edits.length > 0 ? [...files, own] : [...files] };
}
