import { canonicalJson } from '../../protocol/canonical-json.js';
import type { Stage } from '../../stages/declare.js';
import { type Followed, followPath } from '../../stages/figures.js';
import type { ExperimentSpec } from '../../stages/spec.js';

/**
 * The settings of an experiment that the figures at or below a path of `results.json` depend on (lists by name:
 * `['accuracy', 'face-recognition']`). Two experiments with the same settings measure the same figures.
 */
export function settingsOf(spec: ExperimentSpec, path: readonly string[]): unknown {
  return settingsAlong(spec, followPath(path));
}

function settingsAlong(spec: ExperimentSpec, followed: Followed): unknown {
  const stage = stageOf(followed);
  return stage?.settings ? stage.settings(spec, followed.names) : { ...spec, name: undefined, expect: undefined };
}

function stageOf({ matching, depth }: Followed): Stage | undefined {
  return depth > 0 ? matching[0]?.stage : undefined;
}

/** Whether a file is named in what the figures at or below a path depend on. */
export function dependsOnFile(spec: ExperimentSpec, path: readonly string[], file: string): boolean {
  const names = (value: unknown): boolean =>
    value === file || (typeof value === 'object' && value !== null && Object.values(value).some(names));
  return names(settingsOf(spec, path));
}

/** Whether both experiments measure the same figure at the path. */
export function sameSettings(a: ExperimentSpec, b: ExperimentSpec, path: readonly string[]): boolean {
  const followed = followPath(path);
  const key = JSON.stringify([stageOf(followed)?.key, followed.names]);
  return settingsText(a, followed, key) === settingsText(b, followed, key);
}

/** A figure is asked of each of hundreds of variants, and many figures depend on the same settings. */
const texts = new WeakMap<ExperimentSpec, Map<string, string>>();

function settingsText(spec: ExperimentSpec, followed: Followed, key: string): string {
  const known = texts.get(spec) ?? new Map<string, string>();
  texts.set(spec, known);
  const text = known.get(key) ?? canonicalJson(settingsAlong(spec, followed));
  known.set(key, text);
  return text;
}
