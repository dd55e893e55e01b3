import type { ExperimentSpec, NamedUse } from '../types.js';

/**
 * The settings of an experiment that the figure at a path of `results.json` depends on (lists by name:
 * `['accuracy', 'face-recognition']`). Two experiments with the same settings measure the same figure.
 */
export function settingsOf(spec: ExperimentSpec, [section, name, version]: readonly string[]): unknown {
  const { dataset, queries, index } = spec;
  switch (section) {
    case 'images':
      return { dataset };
    case 'index':
      return { dataset, index, model: modelOf(spec, name) };
    case 'accuracy':
      return { dataset, queries, index, model: modelOf(spec, name) };
    case 'attributes':
      return { dataset, attributes: spec.attributes, model: modelOf(spec, spec.attributes?.model) };
    case 'threshold':
      return judging(spec);
    case 'poison':
      return { ...judging(spec), perturbation: perturbationOf(spec, name) };
    case 'retrieve':
      return { ...engine(spec), poison: spec.poison };
    case 'robustness':
      return { ...engine(spec), ...judging(spec), robustness: spec.robustness, poison: versions(spec, name, version) };
    default:
      return { ...spec, name: undefined, expect: undefined };
  }
}

/** Whether both experiments measure the same figure at the path. */
export function sameSettings(a: ExperimentSpec, b: ExperimentSpec, path: readonly string[]): boolean {
  return canonical(settingsOf(a, path)) === canonical(settingsOf(b, path));
}

function judging(spec: ExperimentSpec) {
  const { dataset, queries, threshold } = spec;
  return { dataset, queries, threshold, judge: modelOf(spec, threshold?.model) };
}

function engine(spec: ExperimentSpec) {
  const { dataset, gallery, queries, index, retrieve } = spec;
  return { dataset, gallery, queries, index, retrieve, engine: modelOf(spec, retrieve?.model) };
}

/** `withValid.NAME` is about one version; the rest of robustness about all of them. */
function versions(spec: ExperimentSpec, part?: string, version?: string) {
  return part === 'withValid' && version !== undefined ? perturbationOf(spec, version) : spec.poison;
}

function modelOf({ embed }: ExperimentSpec, name?: string): NamedUse | undefined {
  return embed?.models.find((model) => model.name === name);
}

function perturbationOf({ poison }: ExperimentSpec, name?: string): NamedUse | undefined {
  return poison?.find((perturbation) => perturbation.name === name);
}

/** The same for the same values, whatever the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
