import { basename } from 'node:path';
import { findNamed, sameForFiles } from '../protocol/names.js';
import { checkFacts } from './checks/check-facts.js';
import { checkStages, checkTargets } from './checks/check-stages.js';
import { didYouMean, nearest } from './checks/did-you-mean.js';
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
  const seen: string[] = [];
  return (raw.embed?.models ?? []).flatMap((value, index) => {
    const path = ['embed', 'models', index];
    const model = readNamedUse(reading, 'model', value, path);
    if (!model) return [];
    const other = seen.find((name) => sameForFiles(name, model.name));
    if (other !== undefined) reading.error('duplicate-name', path, ...namesMeet('models', other, model.name));
    seen.push(model.name);
    return model;
  });
}

/** Names of one spelling but for case would be one file's on a system that does not tell them apart. */
function namesMeet(what: string, one: string, other: string): [message: string, more: { hint: string }] {
  const named = one === other ? `named "${one}"` : `named "${one}" and "${other}", one name to some file systems`;
  return [`Two ${what} are ${named}`, { hint: 'Give one of them another `name`.' }];
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
  const written = raw.model ?? (models.find(({ use }) => use.startsWith('clip-')) ?? models[0])?.name ?? '';
  const model = checkModel(reading, written, ['attributes', 'model'], models);
  const truth = raw.truth === undefined ? undefined : expand(reading, raw.truth, ['attributes', 'truth']);
  return { model, truth, ask: Object.entries(raw.ask).map(([name, [yes, no]]) => ({ name, yes, no })) };
}

type RawThreshold = NonNullable<RawExperiment['threshold']>;

function readThreshold(reading: Reading, raw: RawThreshold, models: readonly NamedUse[]): ThresholdSpec {
  const model = raw.model ?? defaultJudge(models)?.name ?? '';
  return { ...raw, model: checkModel(reading, model, ['threshold', 'model'], models) };
}

function readPoison(reading: Reading, raw: Record<string, unknown>): PerturbationUse[] {
  return Object.entries(raw).flatMap(([name, value], n, all) => {
    const path = ['poison', name];
    const before = all.slice(0, n).find(([other]) => sameForFiles(other, name));
    if (before) reading.error('duplicate-name', path, ...namesMeet('perturbations', before[0], name));
    const use = readNamedUse(reading, 'perturbation', value, path, name, Object.keys(poisonKeys.shape));
    const keys = reading.parse(poisonKeys, isRecord(value) ? value : {}, path);
    return use && keys ? { ...use, ...keys } : [];
  });
}

function readRetrieve(reading: Reading, value: unknown, models: readonly NamedUse[]): ExperimentSpec['retrieve'] {
  if (value === undefined) return undefined;
  const use = readPluginUse(reading, 'retrieval', value, ['retrieve'], Object.keys(retrieveKeys.shape));
  const keys = reading.parse(retrieveKeys, isRecord(value) ? value : {}, ['retrieve']);
  const written = keys?.model ?? models[0]?.name ?? '';
  const model = checkModel(reading, written, ['retrieve', 'model'], models);
  return use && keys && { ...use, model, results: keys.results };
}

/** The name of the model that is meant, which is an error where there is none. */
function checkModel(reading: Reading, name: string, path: SpecPath, models: readonly NamedUse[]): string {
  const meant = findNamed(models, (model) => model.name, name);
  if (meant || models.length === 0) return meant?.name ?? name;
  const names = models.map((model) => model.name);
  const suggestion = nearest(name, names);
  const said = suggestion === undefined ? `; there are ${names.join(', ')}` : didYouMean(suggestion);
  reading.error('unknown-model', path, `No model is named "${name}"${said}`, { suggestion });
  return name;
}
