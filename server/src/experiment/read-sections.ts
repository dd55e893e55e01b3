import { basename } from 'node:path';
import { checkFacts } from './checks/check-facts.js';
import { checkStages, checkTargets } from './checks/check-stages.js';
import { readExpectations } from './expectations/read-expectations.js';
import { defaultJudge } from './judge.js';
import { expand, isRecord, readNamedUse, readPluginUse } from './plugin-use.js';
import type { Reading } from './reader.js';
import { poisonKeys, type RawExperiment, retrieveKeys } from './schema/experiment-schema.js';
import type { SpecPath } from './syntax/tree.js';
import type {
  AttributesSpec,
  ExperimentSpec,
  IndexUse,
  NamedUse,
  PerturbationUse,
  PluginUse,
  ThresholdSpec,
} from './types.js';

/** The sections of a file whose keys are sound, as an experiment: plugins with their parameters, names resolved, facts checked. */
export function readSections(reading: Reading, raw: RawExperiment, file: string): ExperimentSpec {
  const dataset = readPluginUse(reading, 'dataset', raw.dataset, ['dataset']);
  const models = readModels(reading, raw);
  const poison = raw.poison && readPoison(reading, raw.poison);
  const measured = { models, perturbations: poison ?? [], top: raw.accuracy?.top ?? [] };
  const spec = {
    version: raw.version,
    name: raw.name ?? basename(file),
    dataset: dataset as PluginUse,
    gallery: raw.gallery === undefined ? undefined : readPluginUse(reading, 'dataset', raw.gallery, ['gallery']),
    queries: raw.queries,
    embed: raw.embed?.models.length === models.length ? { models } : undefined,
    index: readIndex(reading, raw),
    accuracy: raw.accuracy,
    attributes: raw.attributes && readAttributes(reading, raw.attributes, models),
    threshold: raw.threshold && readThreshold(reading, raw.threshold, models),
    poison,
    retrieve: readRetrieve(reading, raw.retrieve, models),
    robustness: raw.robustness,
    expect: readExpectations(reading, raw.expect, measured),
  } satisfies ExperimentSpec;
  checkStages(reading);
  checkTargets(reading, spec);
  checkFacts(reading, spec);
  return spec;
}

function readModels(reading: Reading, raw: RawExperiment): NamedUse[] {
  const seen = new Set<string>();
  return (raw.embed?.models ?? []).flatMap((value, index) => {
    const path = ['embed', 'models', index];
    const model = readNamedUse(reading, 'model', value, path);
    if (!model) return [];
    if (seen.has(model.name)) {
      const hint = 'Give one of them another `name`.';
      reading.error('duplicate-name', path, `Two models are named "${model.name}"`, { hint });
    }
    seen.add(model.name);
    return model;
  });
}

/** The index is flat where the file has none and something is searched. */
function readIndex(reading: Reading, raw: RawExperiment): IndexUse | undefined {
  const searched = raw.embed && (raw.accuracy ?? raw.retrieve) !== undefined;
  if (raw.index === undefined && !searched) return undefined;
  const use = readPluginUse(reading, 'index', raw.index ?? 'flat', ['index']);
  return use && { ...use, metric: use.params.metric === 'ip' ? 'ip' : 'l2' };
}

type RawAttributes = NonNullable<RawExperiment['attributes']>;

function readAttributes(reading: Reading, raw: RawAttributes, models: readonly NamedUse[]): AttributesSpec {
  const model = raw.model ?? (models.find(({ use }) => use.startsWith('clip-')) ?? models[0])?.name ?? '';
  checkModel(reading, model, ['attributes', 'model'], models);
  const truth = raw.truth === undefined ? undefined : expand(reading, raw.truth, ['attributes', 'truth']);
  return { model, truth, ask: Object.entries(raw.ask).map(([name, [yes, no]]) => ({ name, yes, no })) };
}

type RawThreshold = NonNullable<RawExperiment['threshold']>;

function readThreshold(reading: Reading, raw: RawThreshold, models: readonly NamedUse[]): ThresholdSpec {
  const model = raw.model ?? defaultJudge(models)?.name ?? '';
  checkModel(reading, model, ['threshold', 'model'], models);
  return { ...raw, model };
}

function readPoison(reading: Reading, raw: Record<string, unknown>): PerturbationUse[] {
  return Object.entries(raw).flatMap(([name, value]) => {
    const path = ['poison', name];
    const use = readNamedUse(reading, 'perturbation', value, path, name, Object.keys(poisonKeys.shape));
    const keys = reading.parse(poisonKeys, isRecord(value) ? value : {}, path);
    return use && keys ? { ...use, ...keys } : [];
  });
}

function readRetrieve(reading: Reading, value: unknown, models: readonly NamedUse[]): ExperimentSpec['retrieve'] {
  if (value === undefined) return undefined;
  const use = readPluginUse(reading, 'retrieval', value, ['retrieve'], Object.keys(retrieveKeys.shape));
  const keys = reading.parse(retrieveKeys, isRecord(value) ? value : {}, ['retrieve']);
  const model = keys?.model ?? models[0]?.name ?? '';
  checkModel(reading, model, ['retrieve', 'model'], models);
  return use && keys && { ...use, model, results: keys.results };
}

function checkModel(reading: Reading, name: string, path: SpecPath, models: readonly NamedUse[]): void {
  if (models.length === 0 || models.some((model) => model.name === name)) return;
  const names = models.map((model) => model.name).join(', ');
  reading.error('unknown-model', path, `No model is named "${name}"; there are ${names}`);
}
