import { chooseVariants } from '../../experiment/matrix/choose-variants.js';
import type { ReadMatrix, ReadVariant } from '../../experiment/matrix/variants.js';
import { missingPermission, missingWeights } from '../../experiment/plugin-uses.js';
import { readExperiment } from '../../experiment/read.js';
import type { ExperimentDocument } from '../../language/document.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import type { Permission } from '../../protocol/problem.js';
import type { ExperimentSpec } from '../../stages/spec.js';
import type { RunsHost } from './runs-host.js';

interface Asked {
  /** `key.path=value` settings that override the file. */
  readonly set: readonly string[];
  readonly allow: readonly Permission[];
  /** Where a run stops. */
  readonly stage?: string;
  /** `path=value` that variants must have. */
  readonly variant?: readonly string[];
  /** What of the experiment is to be worked on; default: all. */
  readonly part?: (spec: ExperimentSpec) => Partial<ExperimentSpec>;
}

interface TrustedExperiment {
  /** Of a file with a matrix, its first variant. */
  readonly spec: ExperimentSpec;
  readonly matrix?: ReadMatrix;
  /** Of its variants, those that were asked for. */
  readonly chosen: readonly ReadVariant[];
}

/**
 * An experiment that may be worked on. Problems: `workspace-untrusted`, `variant-unknown`, `permission-needed`,
 * `weights-missing`, the first error of the file.
 */
export function readTrusted(
  host: RunsHost,
  { file, text }: ExperimentDocument,
  { set, allow, stage, variant = [], part = (spec) => spec }: Asked,
): Result<TrustedExperiment> {
  if (!host.trusted()) return untrusted();
  const { plugins, env, workspaceFolderOf } = host.services();
  const options = { file, plugins, env, overrides: set, workspaceFolder: workspaceFolderOf(file) };
  const { spec, matrix, diagnostics } = readExperiment(text, options);
  const chosen = spec ? chooseVariants(matrix, variant) : ok([]);
  if (!chosen.ok) return chosen;
  const specs = matrix ? chosen.value.flatMap((one) => one.spec ?? []) : spec ? [spec] : [];
  for (const one of specs) {
    const problem = missingPermission(part(one), plugins, allow) ?? missingWeights(part(one), plugins, stage);
    if (problem) return { ok: false, problem };
  }
  if (spec) return ok({ spec, matrix, chosen: chosen.value });
  const error = diagnostics.find(({ severity }) => severity === 'error');
  const place = error ? `${file}:${error.range.start.line}: ` : '';
  return fail(error?.code ?? 'spec-invalid', `${place}${error?.message}`, {
    specPath: [...(error?.path ?? [])],
    hint: error?.hint,
  });
}

function untrusted(): Result<never> {
  const hint = 'Trust the workspace to run its experiments; editing them needs no trust.';
  return fail('workspace-untrusted', 'This workspace is not trusted, so nothing of it is run', { hint });
}
