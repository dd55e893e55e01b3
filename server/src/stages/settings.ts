import type { ExperimentSpec, NamedUse } from './spec.js';

/** Parts of an experiment that figures of several stages depend on. */

export function modelOf({ embed }: ExperimentSpec, name?: string): NamedUse | undefined {
  return embed?.models.find((model) => model.name === name);
}

export function perturbationOf({ poison }: ExperimentSpec, name?: string): NamedUse | undefined {
  return poison?.find((perturbation) => perturbation.name === name);
}

/** What decides which results are valid. */
export function judging(spec: ExperimentSpec) {
  const { dataset, queries, threshold } = spec;
  return { dataset, queries, threshold, judge: modelOf(spec, threshold?.model) };
}

/** What decides which results there are. */
export function engine(spec: ExperimentSpec) {
  const { dataset, gallery, queries, index, retrieve } = spec;
  return { dataset, gallery, queries, index, retrieve, engine: modelOf(spec, retrieve?.model) };
}
