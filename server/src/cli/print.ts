import type { Diagnostic } from '../experiment/checks/diagnostics.js';
import type { Problem } from '../protocol/errors.js';

/** `file:line:column severity code message`, as editors and CI read it. */
export function printDiagnostics(
  { file, diagnostics }: { readonly file: string; readonly diagnostics: readonly Diagnostic[] },
  stream: NodeJS.WriteStream,
): void {
  for (const { range, severity, code, message } of diagnostics) {
    stream.write(`${file}:${range.start.line}:${range.start.column} ${severity} ${code} ${message}\n`);
  }
}

/** Says what went wrong and what to do, and gives the exit code back. */
export function printProblem({ code, message, hint }: Problem, exit: number): number {
  process.stderr.write(`error ${code} ${message}\n${hint ? `  ${hint}\n` : ''}`);
  return exit;
}
