import { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { readText } from '../../experiment/syntax/read-text.js';
import { ExperimentDocument, LANGUAGE_ID } from '../../language/document.js';
import { formatting } from '../../language/features/formatting.js';
import { createServices } from '../../language/services.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { EXIT } from '../exit.js';
import { printProblem, say } from '../print.js';
import { replaceText } from './edit-file.js';
import { experimentFiles, readStandardInput, STANDARD_INPUT, standsFor } from './experiment-files.js';

/** `lookalike fmt FILE…`: lays files out as editors do; `--check` changes none and says which it would. */
export async function fmt(named: readonly string[], { check = false }: { readonly check?: boolean }): Promise<number> {
  const files = await experimentFiles(named);
  if (!files.ok) return printProblem(files.problem, EXIT.usage);
  let exit: number = EXIT.done;
  for (const file of files.value) exit = Math.max(exit, await formatOne(file, check));
  return exit;
}

async function formatOne(file: string, check: boolean): Promise<number> {
  const isInput = file === STANDARD_INPUT;
  const read = isInput ? ok(await readStandardInput()) : await readText(file);
  if (!read.ok) return printProblem(read.problem, EXIT.usage);
  const formatted = laidOut(file, read.value);
  if (!formatted.ok) return printProblem(formatted.problem, EXIT.usage);
  const isSame = formatted.value === read.value;
  if (check) {
    if (!isSame) say(process.stdout, file);
    return isSame ? EXIT.done : EXIT.failed;
  }
  if (isInput) process.stdout.write(formatted.value);
  if (isInput || isSame) return EXIT.done;
  const written = await replaceText(file, read.value, formatted.value);
  if (!written.ok) return printProblem(written.problem, EXIT.failed);
  say(process.stdout, `formatted ${file}`);
  return EXIT.done;
}

/** Problem: `not-formatted`, of what is not valid YAML. */
function laidOut(file: string, text: string): Result<string> {
  const uri = URI.file(standsFor(file === STANDARD_INPUT ? undefined : file)).toString();
  const document = ExperimentDocument.open(uri, 0, text, createServices());
  const [problem] = document.tree.problems;
  if (document.isTooLarge) return fail('not-formatted', `${file} is larger than an experiment can be`);
  if (problem) {
    const place = `${file}:${problem.range.start.line}:${problem.range.start.column}`;
    const hint = '`lookalike check` says what is wrong, and with --fix puts plain slips right.';
    return fail('not-formatted', `${place} is not valid YAML: ${problem.message}`, { hint });
  }
  return ok(TextDocument.applyEdits(TextDocument.create(uri, LANGUAGE_ID, 0, text), formatting(document)));
}
