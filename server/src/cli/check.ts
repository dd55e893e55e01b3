import { resolve } from 'node:path';
import { checkFiles } from '../experiment/checks/check-files.js';
import type { Diagnostic } from '../experiment/checks/diagnostics.js';
import { missingWeights } from '../experiment/plugin-uses.js';
import { readExperiment } from '../experiment/read.js';
import { shownAndSilenced } from '../experiment/syntax/disable-comments.js';
import { readText } from '../experiment/syntax/read-text.js';
import type { Plugin } from '../plugins/declare.js';
import { plugins as builtIn } from '../plugins/registry.js';
import { loadPlugins } from '../plugins/third-party.js';
import { ok, type Result } from '../protocol/errors.js';
import type { Permission } from '../protocol/problem.js';
import type { ExperimentSpec } from '../stages/spec.js';
import { ranAs } from '../store/run-folder/run-again.js';
import { EXIT } from './exit.js';
import { printDiagnostics, printProblem } from './print.js';

/** An experiment file as it was read, with everything that is wrong with it. */
export interface CheckedFile {
  readonly file: string;
  readonly text: string;
  /** What overrides the text. */
  readonly set: readonly string[];
  readonly workspaceFolder?: string;
  /** What was read: the experiment's file, or the text that one of its runs keeps. */
  readonly path: string;
  /** Those that no comment in the file silences. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absent where a diagnostic is an error. */
  readonly spec?: ExperimentSpec;
  readonly plugins: readonly Plugin[];
}

export interface FileForWork extends CheckedFile {
  readonly spec: ExperimentSpec;
}

export interface CheckArguments {
  readonly set?: readonly string[];
  readonly plugin: readonly string[];
}

interface WorkArguments extends CheckArguments {
  /** What the user has said yes to, of which nobody is warned again. */
  readonly allow?: readonly Permission[];
}

/** `lookalike check FILE…`: prints what is wrong and runs nothing. */
export async function check(paths: readonly string[], options: CheckArguments): Promise<number> {
  let exit: number = EXIT.done;
  for (const path of paths) {
    const checked = await checkFile(path, options);
    if (checked.ok) printDiagnostics({ ...checked.value, file: checked.value.path }, process.stdout);
    if (!checked.ok) printProblem(checked.problem, EXIT.usage);
    if (!checked.ok || hasErrors(checked.value)) exit = EXIT.usage;
  }
  return exit;
}

/**
 * A file that can be worked with; undefined where it cannot. Prints what stands against it either way. `loads`: the
 * work loads the models, up to a stage where it stops there, and makes use of sections that nothing in the file may use.
 */
export async function checkedForWork(
  path: string,
  options: WorkArguments,
  loads?: { readonly stage?: string; readonly uses?: readonly (keyof ExperimentSpec)[] },
): Promise<FileForWork | undefined> {
  const checked = await checkFile(path, options);
  if (!checked.ok) {
    printProblem(checked.problem, EXIT.usage);
    return undefined;
  }
  const { path: file, diagnostics, spec, plugins } = checked.value;
  const wanting = loads && spec && missingWeights(spec, plugins, loads.stage);
  const isSaidOtherwise = ({ code, path: [section] }: Diagnostic) =>
    (code === 'unused-section' && loads?.uses?.some((used) => used === section)) ||
    (code === 'remote-service' && options.allow?.includes('remote')) ||
    (code === 'weights-missing' && wanting);
  printDiagnostics({ file, diagnostics: diagnostics.filter((one) => !isSaidOtherwise(one)) }, process.stderr);
  if (wanting) printProblem(wanting, EXIT.usage);
  return spec && !wanting && !hasErrors(checked.value) ? { ...checked.value, spec } : undefined;
}

function hasErrors({ diagnostics }: CheckedFile): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

/** Reads and checks a file, its paths on disk included. Fails where it cannot be read at all. */
export async function checkFile(path: string, options: CheckArguments): Promise<Result<CheckedFile>> {
  const extra = await loadPlugins(options.plugin);
  if (!extra.ok) return extra;
  const plugins = [...builtIn, ...extra.value];
  const from = resolve(path);
  const content = await readText(from);
  if (!content.ok) return content;
  const text = content.value;
  const ran = await ranAs(from);
  const of = {
    file: ran?.file ?? from,
    set: [...(ran?.set ?? []), ...(options.set ?? [])],
    workspaceFolder: ran?.workspaceFolder,
  };
  const read = readExperiment(text, { ...of, env: process.env, overrides: of.set, plugins });
  const found = [...read.diagnostics, ...(await checkFiles(read, plugins))];
  const { shown } = shownAndSilenced(read, found);
  return ok({ ...of, path: from, text, plugins, spec: read.spec, diagnostics: shown.toSorted(byPlace) });
}

function byPlace({ range: { start: a } }: Diagnostic, { range: { start: b } }: Diagnostic): number {
  return a.line - b.line || a.column - b.column;
}
