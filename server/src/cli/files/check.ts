import { resolve } from 'node:path';
import type { Diagnostic } from '../../experiment/checks/diagnostics.js';
import type { Position } from '../../experiment/syntax/tree.js';
import type { Problem } from '../../protocol/errors.js';
import type { CheckDocument } from '../../protocol/runs/documents/check-document.js';
import { type CheckArguments, checkFile } from '../check.js';
import { EXIT } from '../exit.js';
import { printDiagnostics, printProblem, say } from '../print.js';
import { replaceText } from './edit-file.js';
import { experimentFiles, readStandardInput, STANDARD_INPUT, standsFor } from './experiment-files.js';

export interface CheckCommandArguments extends CheckArguments {
  readonly fix?: boolean;
  readonly json?: boolean;
  /** What standard input is: paths in it are relative to this file. */
  readonly stdinFile?: string;
}

/** What was found in a file, and done about it. */
interface Checked {
  /** Its path, or `-`. */
  readonly name: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly fixed: CheckDocument['files'][number]['fixed'];
  readonly problem?: Problem;
  /** The text after fixes. */
  readonly text?: string;
}

/** `lookalike check FILE…`: prints what is wrong and runs nothing; `--fix` puts right what can be put right safely. */
export async function check(named: readonly string[], options: CheckCommandArguments): Promise<number> {
  const files = await experimentFiles(named);
  if (!files.ok) return printProblem(files.problem, EXIT.usage);
  const all: Checked[] = [];
  for (const name of files.value) {
    const checked = await checkOne(name, options);
    all.push(checked);
    if (!options.json) print(checked, options);
  }
  const document = documentOf(all);
  if (options.json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  return document.errors > 0 ? EXIT.usage : EXIT.done;
}

async function checkOne(named: string, options: CheckCommandArguments): Promise<Checked> {
  const isInput = named === STANDARD_INPUT;
  const path = isInput ? standsFor(options.stdinFile) : resolve(named);
  const name = isInput ? named : path;
  const given = isInput ? await readStandardInput() : undefined;
  const before = await checkFile(path, options, given);
  if (!before.ok) return { name, diagnostics: [], fixed: [], problem: before.problem };
  const { text, file, plugins, diagnostics } = before.value;
  if (!options.fix) return { name, diagnostics, fixed: [] };
  // What checks and changes nothing does not wait for what an editor needs.
  const { fixText } = await import('./fix-text.js');
  const { text: after, done } = await fixText(file, text, plugins);
  if (after === text) return { name, diagnostics, fixed: [], text };
  const written = isInput ? undefined : await replaceText(path, text, after);
  if (written && !written.ok) return { name, diagnostics, fixed: [], problem: written.problem };
  const left = await checkFile(path, options, after);
  if (!left.ok) return { name, diagnostics: [], fixed: [...done], problem: left.problem };
  return { name, diagnostics: left.value.diagnostics, fixed: [...done], text: after };
}

/** What is put right of standard input goes to standard output, and what is said of it elsewhere. */
function print({ name, diagnostics, fixed, problem, text }: Checked, { fix }: CheckCommandArguments): void {
  const isText = fix && name === STANDARD_INPUT;
  const stream = isText ? process.stderr : process.stdout;
  if (isText && text !== undefined) process.stdout.write(text);
  for (const { code, title, line } of fixed) say(stream, `${name}:${line} fixed ${code} ${title}`);
  printDiagnostics({ file: name, diagnostics }, stream);
  if (problem) printProblem(problem, EXIT.usage);
}

function documentOf(all: readonly Checked[]): CheckDocument {
  const count = (severity: Diagnostic['severity']) =>
    all.flatMap(({ diagnostics }) => diagnostics).filter((one) => one.severity === severity).length;
  return {
    files: all.map(({ name, problem, fixed, diagnostics }) => ({
      file: name,
      problem,
      fixed,
      diagnostics: diagnostics.map(({ code, severity, message, hint, path, range: { start, end } }) => {
        return { code, severity, message, hint, path: [...path], start: placeOf(start), end: placeOf(end) };
      }),
    })),
    errors: count('error') + all.filter(({ problem }) => problem !== undefined).length,
    warnings: count('warning'),
  };
}

function placeOf({ line, column }: Position) {
  return { line, column };
}
