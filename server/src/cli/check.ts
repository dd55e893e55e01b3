import { resolve } from 'node:path';
import { checkFiles } from '../experiment/checks/check-files.js';
import type { Diagnostic } from '../experiment/checks/diagnostics.js';
import { chooseVariants } from '../experiment/matrix/choose-variants.js';
import { textOfVariant } from '../experiment/matrix/variant-text.js';
import type { ReadMatrix, ReadVariant } from '../experiment/matrix/variants.js';
import { missingWeights } from '../experiment/plugin-uses.js';
import { readExperiment } from '../experiment/read.js';
import { shownAndSilenced } from '../experiment/syntax/disable-comments.js';
import { readText } from '../experiment/syntax/read-text.js';
import type { Plugin } from '../plugins/declare.js';
import { plugins as builtIn } from '../plugins/registry.js';
import { loadPlugins } from '../plugins/third-party.js';
import { fail, ok, type Result } from '../protocol/errors.js';
import type { Permission } from '../protocol/problem.js';
import type { VariantValues } from '../protocol/runs/variant.js';
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
  /** Of a file with a matrix, what is to be done with. */
  readonly sweep?: ChosenVariants;
  readonly plugins: readonly Plugin[];
}

/** Variants of a file, all or those that were asked for, each as an experiment of its own. */
export interface ChosenVariants {
  /** Values by the axes' paths. */
  readonly axes: Readonly<Record<string, unknown[]>>;
  readonly variants: readonly {
    readonly values: VariantValues;
    readonly text: string;
    readonly spec: ExperimentSpec;
  }[];
}

export interface FileForWork extends CheckedFile {
  readonly spec: ExperimentSpec;
}

export interface CheckArguments {
  readonly set?: readonly string[];
  readonly plugin: readonly string[];
  /** `path=value` that variants must have. */
  readonly variant?: readonly string[];
}

interface WorkArguments extends CheckArguments {
  /** What the user has said yes to, of which nobody is warned again. */
  readonly allow?: readonly Permission[];
}

/**
 * A file that can be worked with; undefined where it cannot. Prints what stands against it either way. `loads`: the
 * work loads the models, up to a stage where it stops there, and makes use of sections that nothing in the file may use;
 * it is done with `one` experiment, which is a variant where the file has several.
 */
export async function checkedForWork(
  path: string,
  options: WorkArguments,
  loads?: { readonly stage?: string; readonly uses?: readonly (keyof ExperimentSpec)[]; readonly one?: boolean },
): Promise<FileForWork | undefined> {
  const checked = await checkFile(path, options);
  if (!checked.ok) {
    printProblem(checked.problem, EXIT.usage);
    return undefined;
  }
  const { path: file, diagnostics, spec, plugins, sweep } = checked.value;
  const specs = sweep ? sweep.variants.map((variant) => variant.spec) : spec ? [spec] : [];
  const wanting = loads && specs.map((one) => missingWeights(one, plugins, loads.stage)).find((one) => one);
  const isSaidOtherwise = ({ code, path: [section] }: Diagnostic) =>
    (code === 'unused-section' && loads?.uses?.some((used) => used === section)) ||
    (code === 'remote-service' && options.allow?.includes('remote')) ||
    (code === 'weights-missing' && wanting);
  printDiagnostics({ file, diagnostics: diagnostics.filter((one) => !isSaidOtherwise(one)) }, process.stderr);
  if (wanting) printProblem(wanting, EXIT.usage);
  if (!spec || wanting || hasErrors(checked.value)) return undefined;
  return sweep && loads?.one ? onlyVariant(checked.value, sweep) : { ...checked.value, spec };
}

/** The file as the one variant that is asked for. */
function onlyVariant(checked: CheckedFile, { variants }: ChosenVariants): FileForWork | undefined {
  const [one] = variants;
  if (one && variants.length === 1) return { ...checked, text: one.text, set: [], spec: one.spec, sweep: undefined };
  const hint = 'Choose one: --variant path=value, once an axis.';
  printProblem(fail('variant-needed', `${checked.path} has ${variants.length} variants`, { hint }).problem, EXIT.usage);
  return undefined;
}

function hasErrors({ diagnostics }: CheckedFile): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

/**
 * Reads and checks a file, its paths on disk included; `given` is its text where that does not come from the file. Fails
 * where it cannot be read at all.
 */
export async function checkFile(path: string, options: CheckArguments, given?: string): Promise<Result<CheckedFile>> {
  const extra = await loadPlugins(options.plugin);
  if (!extra.ok) return extra;
  const plugins = [...builtIn, ...extra.value];
  const from = resolve(path);
  const content = given === undefined ? await readText(from) : ok(given);
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
  const checked = { ...of, path: from, text, plugins, spec: read.spec, diagnostics: shown.toSorted(byPlace) };
  if (!read.spec) return ok(checked);
  const chosen = chooseVariants(read.matrix, options.variant ?? []);
  if (!chosen.ok) return chosen;
  return ok({ ...checked, sweep: read.matrix && sweepOf(read.matrix, chosen.value, text, of.set) });
}

function sweepOf(
  { axes }: ReadMatrix,
  chosen: readonly ReadVariant[],
  text: string,
  set: readonly string[],
): ChosenVariants {
  return {
    axes: Object.fromEntries(axes.map(({ path, values }) => [path, [...values]])),
    variants: chosen.flatMap(({ values, settings, spec }) =>
      spec ? { values, spec, text: textOfVariant(text, set, settings) } : [],
    ),
  };
}

function byPlace({ range: { start: a } }: Diagnostic, { range: { start: b } }: Diagnostic): number {
  return a.line - b.line || a.column - b.column;
}
