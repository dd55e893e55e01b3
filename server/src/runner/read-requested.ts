import { readExperiment } from '../experiment/read.js';
import type { Plugin } from '../plugins/declare.js';
import type { StartRequest } from '../protocol/runner.js';
import { overridesOf } from '../protocol/runs/variant.js';
import type { ExperimentSpec } from '../stages/spec.js';
import { Halt } from './halt.js';

/** The experiment that a process was asked to work on; it halts on the first error in its text. */
export function readRequested(
  request: Pick<StartRequest, 'file' | 'text' | 'set' | 'variant' | 'workspaceFolder'>,
  plugins: readonly Plugin[],
): ExperimentSpec {
  const { file, text, workspaceFolder } = request;
  const overrides = overridesOf(request);
  const read = readExperiment(text, { file, workspaceFolder, env: process.env, overrides, plugins });
  if (read.matrix && read.spec) {
    const hint = 'Choose one: --variant path=value, once an axis.';
    throw new Halt({ code: 'variant-needed', message: `${file} has ${read.matrix.variants.length} variants`, hint });
  }
  if (read.spec) return read.spec;
  const error = read.diagnostics.find(({ severity }) => severity === 'error');
  const hint = 'Run `lookalike check` on the file: it lists every error with its line.';
  throw new Halt({ code: error?.code ?? 'spec-invalid', message: `${file}: ${error?.message}`, hint });
}
