import { followPath } from '../../stages/figures.js';
import type { ExperimentSpec } from '../../stages/spec.js';

/**
 * The settings of an experiment that the figures at or below a path of `results.json` depend on (lists by name:
 * `['accuracy', 'face-recognition']`). Two experiments with the same settings measure the same figures.
 */
export function settingsOf(spec: ExperimentSpec, path: readonly string[]): unknown {
  const { matching, depth, names } = followPath(path);
  const stage = depth > 0 ? matching[0].stage : undefined;
  return stage?.settings ? stage.settings(spec, names) : { ...spec, name: undefined, expect: undefined };
}

/** Whether both experiments measure the same figure at the path. */
export function sameSettings(a: ExperimentSpec, b: ExperimentSpec, path: readonly string[]): boolean {
  return canonical(settingsOf(a, path)) === canonical(settingsOf(b, path));
}

/** The same for the same values, whatever the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
