import type { z } from 'zod';
import type { Plugin } from '../plugins/declare.js';
import { fail, ok, type Result } from '../protocol/errors.js';
import type { ExecutorUse } from '../protocol/runner.js';
import { didYouMean, nearest } from './checks/did-you-mean.js';
import { readOverride, yamlValue } from './overrides.js';

/** What computes shards unless somebody says otherwise. */
export const LOCAL = 'local';

/**
 * What a run is to be handed of an executor that the command line or the editor's settings name; nothing of `local`.
 * Problems: `executor-unknown`, `executor-invalid`.
 */
export function readExecutor(
  name: string,
  settings: Readonly<Record<string, unknown>>,
  plugins: readonly Plugin[],
): Result<ExecutorUse | undefined> {
  const executors = plugins.filter(({ family }) => family === 'executor');
  const plugin = executors.find((one) => one.name === name);
  if (!plugin) {
    const names = executors.map((one) => one.name);
    const message = `There is no executor "${name}"${didYouMean(nearest(name, names))}`;
    return fail('executor-unknown', message, { hint: `There are ${names.join(', ')}.` });
  }
  const { shape } = plugin.params as z.ZodObject;
  const odd = Object.keys(settings).find((key) => !(key in shape));
  if (odd !== undefined) {
    const known = Object.keys(shape);
    const hint = known.length > 0 ? `It takes ${known.join(', ')}.` : 'It takes none.';
    return fail('executor-invalid', `The executor ${name} has no setting "${odd}"${didYouMean(nearest(odd, known))}`, {
      hint,
    });
  }
  const read = plugin.params.safeParse(settings);
  if (!read.success) {
    const [issue] = read.error.issues;
    const hint = `See docs/plugins.md on the executor ${name}.`;
    return fail('executor-invalid', `Setting ${issue?.path.join('.')} of the executor ${name}: ${issue?.message}`, {
      hint,
    });
  }
  return ok(name === LOCAL ? undefined : { use: name, params: read.data as Record<string, unknown> });
}

/** `key=value` settings, a value as in YAML. Problem: `executor-invalid`. */
export function executorSettings(given: readonly string[]): Result<Record<string, unknown>> {
  const settings: Record<string, unknown> = {};
  for (const setting of given) {
    const read = readOverride(setting);
    const [key, ...deeper] = read?.path ?? [];
    const value = read && yamlValue(read.text);
    if (key === undefined || deeper.length > 0 || !value?.ok) {
      const why = value?.ok === false ? value.problem.message : 'it is not of the form key=value';
      return fail('executor-invalid', `--executor-set ${setting}: ${why}`);
    }
    settings[key] = value.value;
  }
  return ok(settings);
}
