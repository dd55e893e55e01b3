import { canonicalJson } from '../../protocol/canonical-json.js';
import { followPath } from '../../stages/figures.js';
import type { ExperimentSpec } from '../../stages/spec.js';

/**
 * The settings of an experiment that the figures at or below a path of `results.json` depend on (lists by name:
 * `['accuracy', 'face-recognition']`). Two experiments with the same settings measure the same figures.
 */
export function settingsOf(spec: ExperimentSpec, path: readonly string[]): unknown {
  const { matching, depth, names } = followPath(path);
  const stage = depth > 0 ? matching[0]?.stage : undefined;
  return stage?.settings ? stage.settings(spec, names) : { ...spec, name: undefined, expect: undefined };
}

/** Whether a file is named in what the figures at or below a path depend on. */
export function dependsOnFile(spec: ExperimentSpec, path: readonly string[], file: string): boolean {
  const names = (value: unknown): boolean =>
    value === file || (typeof value === 'object' && value !== null && Object.values(value).some(names));
  return names(settingsOf(spec, path));
}

/** Whether both experiments measure the same figure at the path. */
export function sameSettings(a: ExperimentSpec, b: ExperimentSpec, path: readonly string[]): boolean {
  return canonicalJson(settingsOf(a, path)) === canonicalJson(settingsOf(b, path));
}
