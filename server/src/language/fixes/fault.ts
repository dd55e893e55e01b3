import { DiagnosticSeverity, type Diagnostic as LspDiagnostic } from 'vscode-languageserver-types';
import * as z from 'zod';
import { DIAGNOSTIC_CODES, type DiagnosticCode } from '../../experiment/checks/diagnostics.js';
import { remedySchema } from '../../protocol/problem.js';
import type { ExperimentDocument } from '../document.js';
import { diagnose, diagnoseOnDisk } from '../features/diagnostics.js';
import type { LanguageServices } from '../services.js';
import type { Fault } from './fix.js';

/** What goes with a diagnostic to the client and comes back. */
const dataSchema = z.object({
  path: z.array(z.union([z.string(), z.number()])),
  suggestion: z.string().optional(),
  remedy: remedySchema.optional().catch(undefined),
  repair: z
    .object({
      title: z.string(),
      changes: z.array(z.object({ start: z.int(), end: z.int(), text: z.string() })),
      safe: z.boolean().optional(),
    })
    .optional(),
});

/**
 * A diagnostic as the client gives it back; undefined where it is not one of this file's. What is known of it now is
 * taken from `known`: the client may be a version behind, or keep no data.
 */
export function faultOf(
  document: ExperimentDocument,
  diagnostic: LspDiagnostic,
  known: readonly LspDiagnostic[],
): Fault | undefined {
  const { code, range } = diagnostic;
  const message = String(diagnostic.message);
  const data = dataSchema.safeParse((known.find((one) => isSame(one, diagnostic)) ?? diagnostic).data);
  if (!data.success || !isCode(code)) return undefined;
  const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  const isError = diagnostic.severity === DiagnosticSeverity.Error;
  return { ...data.data, code, isError, range, message, start, end, text: document.text.slice(start, end) };
}

/** All that is wrong with a file and not silenced. */
export async function faultsIn(document: ExperimentDocument, services: LanguageServices): Promise<Fault[]> {
  const diagnostics = await allDiagnostics(document, services);
  return diagnostics.flatMap((diagnostic) => faultOf(document, diagnostic, [diagnostic]) ?? []);
}

/** What the text and the disk say. */
export async function allDiagnostics(
  document: ExperimentDocument,
  services: LanguageServices,
): Promise<LspDiagnostic[]> {
  return [...diagnose(document), ...(await diagnoseOnDisk(document, services))];
}

/** With the same code at the same place. */
function isSame(one: LspDiagnostic, { code, range }: LspDiagnostic): boolean {
  const { line, character } = range.start;
  return one.code === code && one.range.start.line === line && one.range.start.character === character;
}

function isCode(code: unknown): code is DiagnosticCode {
  return typeof code === 'string' && Object.hasOwn(DIAGNOSTIC_CODES, code);
}
