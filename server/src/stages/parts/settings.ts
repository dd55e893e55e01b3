import { partsOfVersion } from '../../protocol/names.js';
import type { ExperimentSpec, NamedUse } from '../spec.js';

/** Parts of an experiment that figures of several stages depend on. */

export function modelOf({ embed }: ExperimentSpec, name?: string): NamedUse | undefined {
  return embed?.models.find((model) => model.name === name);
}

/** The perturbation, with the one whose visibility it is to have. */
export function perturbationOf({ poison = [] }: Pick<ExperimentSpec, 'poison'>, name?: string): NamedUse | undefined {
  const found = poison.find((perturbation) => perturbation.name === name);
  if (found?.like === undefined) return found;
  const others = poison.filter((perturbation) => perturbation !== found);
  return { ...found, ...{ like: perturbationOf({ poison: others }, found.like) } };
}

/** What makes a version of the queries, or where none is named all of them. */
export function versionSettings(spec: ExperimentSpec, version: string | undefined) {
  if (version === undefined) return { poison: spec.poison, countermeasures: spec.countermeasures };
  const [perturbed, countermeasure] = partsOfVersion(version);
  return {
    poison: perturbationOf(spec, perturbed),
    countermeasures: spec.countermeasures?.find(({ name }) => name === countermeasure),
  };
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
