import type { Diagnostic } from '../experiment/checks/diagnostics.js';
import type { Problem } from '../protocol/errors.js';
import { visibleText } from '../protocol/text/visible-text.js';

/** Writes a line; what names of files and the like hold beside text is made visible. */
export function say(stream: NodeJS.WritableStream, text: string): void {
  stream.write(`${visibleText(text)}\n`);
}

export type Verbosity = 'quiet' | 'usual' | 'verbose';

let verbosity: Verbosity = 'usual';

/** Of this process: set once, before a command works. */
export function setVerbosity(wanted: Verbosity): void {
  verbosity = wanted;
}

export function isQuiet(): boolean {
  return verbosity === 'quiet';
}

/** Says on standard error what nobody needs who asked for quiet: neither a result nor something that is wrong. */
export function remark(text: string): void {
  if (verbosity !== 'quiet') say(process.stderr, text);
}

/** Says on standard error what only those want to know who asked for more. */
export function detail(text: string): void {
  if (verbosity === 'verbose') say(process.stderr, text);
}

/** `file:line:column severity code message`, as editors and CI read it; what to do is on a line of its own below. */
export function printDiagnostics(
  { file, diagnostics }: { readonly file: string; readonly diagnostics: readonly Diagnostic[] },
  stream: NodeJS.WritableStream,
): void {
  for (const { range, severity, code, message, hint } of diagnostics) {
    const place = `${file}:${range.start.line}:${range.start.column}`;
    // One line each, whatever is quoted in it.
    say(stream, `${place} ${severity} ${code} ${message.replaceAll('\n', ' ')}`);
    if (hint) say(stream, `  ${hint.replaceAll('\n', ' ')}`);
  }
}

/** Says what went wrong and what to do, and gives the exit code back. */
export function printProblem({ code, message, hint, logs = [] }: Problem, exit: number): number {
  say(process.stderr, `error ${code} ${message}`);
  if (hint) say(process.stderr, `  ${hint}`);
  for (const { label, file } of logs) say(process.stderr, `  log of ${label}: ${file}`);
  return exit;
}
