import type { ExperimentSpec, NamedUse } from '../spec.js';

/** The model that judges where the file names none: face-recognition where it is embedded, else the first. */
export function defaultJudge(models: readonly NamedUse[]): NamedUse | undefined {
  return models.find(({ use }) => use === 'face-recognition') ?? models[0];
}

/** Models that versions of photographs are embedded with: the one that judges, the engine's, and of queries all judges. */
export function embeddersOf(spec: ExperimentSpec, target: 'query' | 'gallery'): readonly NamedUse[] {
  const { embed, retrieve, transfer } = spec;
  const judges = target === 'query' ? (transfer?.judges ?? []) : [];
  const names = [judgeOf(spec), retrieve?.model, ...judges];
  return (embed?.models ?? []).filter(({ name }) => names.includes(name));
}

/** The name of the model that judges results and perturbations, the paper's g. */
export function judgeOf({ threshold, embed }: ExperimentSpec): string | undefined {
  return threshold?.model ?? defaultJudge(embed?.models ?? [])?.name;
}
