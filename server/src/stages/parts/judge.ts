import type { ExperimentSpec, NamedUse } from '../spec.js';

/** The model that judges where the file names none: face-recognition where it is embedded, else the first. */
export function defaultJudge(models: readonly NamedUse[]): NamedUse | undefined {
  return models.find(({ use }) => use === 'face-recognition') ?? models[0];
}

/** The name of the model that judges results and perturbations, the paper's g. */
export function judgeOf({ threshold, embed }: ExperimentSpec): string | undefined {
  return threshold?.model ?? defaultJudge(embed?.models ?? [])?.name;
}
