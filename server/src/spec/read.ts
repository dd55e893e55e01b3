import { basename } from 'node:path';
import type { z } from 'zod';
import type { Plugin } from '../plugins/declare.js';
import { checkFacts } from './check-facts.js';
import { checkStages, checkTargets } from './check-stages.js';
import type { Diagnostic } from './diagnostics.js';
import { type Disable, disablesIn } from './disable-comments.js';
import { experimentSchema, FORMAT_VERSION, poisonKeys, type RawExperiment, retrieveKeys } from './experiment-schema.js';
import { defaultJudge } from './judge.js';
import { applyOverride } from './overrides.js';
import { expand, isRecord, readNamedUse, readPluginUse } from './plugin-use.js';
import { readExpectations } from './read-expectations.js';
import { Reading } from './reader.js';
import { valueProblem } from './syntax-problems.js';
import { LARGEST_TEXT, type Range, type SpecPath, SpecTree } from './tree.js';
import type {
  AttributesSpec,
  ExperimentSpec,
  IndexUse,
  NamedUse,
  PerturbationUse,
  PluginUse,
  ThresholdSpec,
} from './types.js';
import type { Variables } from './variables.js';

export interface ReadOptions extends Variables {
  readonly plugins: readonly Plugin[];
  /** `key.path=value` settings that override the text. */
  readonly overrides?: readonly string[];
  /** Of an earlier version of the text, without overrides: what has not changed is not parsed again. */
  readonly earlier?: SpecTree;
}

/** An experiment file as it was read. */
export interface ReadExperiment {
  /** Absent where a diagnostic is an error. */
  readonly spec?: ExperimentSpec;
  /** What could be read: all of a sound file, of a faulty one its sound parts. */
  readonly draft: Partial<ExperimentSpec>;
  /** All of them; comments silence some where they are shown. */
  readonly diagnostics: readonly Diagnostic[];
  /** What comments of the file silence. */
  readonly disables: readonly Disable[];
  /** The file's YAML, as far as it could be read; empty of a file that is too large. */
  readonly tree: SpecTree;
  /** Where a value stands in the text; of one that is not written, what is around it. */
  rangeOf(path: SpecPath): Range;
  keyRangeOf(path: SpecPath): Range;
}

/** Reads an experiment file's text. Whatever is wrong is a diagnostic; nothing is thrown, and no file is read. */
export function readExperiment(text: string, options: ReadOptions): ReadExperiment {
  const tooLarge = text.length > LARGEST_TEXT;
  const tree = SpecTree.parse(tooLarge ? '' : text, options.earlier);
  const reading = new Reading(tree, options.plugins, options);
  const spec = tooLarge ? refuse(reading, text) : readSpec(reading, options);
  return {
    spec: reading.hasErrors ? undefined : spec,
    draft: spec ?? {},
    diagnostics: reading.diagnostics,
    disables: tooLarge ? [] : disablesIn(text, (start, end) => tree.range(start, end)),
    tree,
    rangeOf: (path) => tree.rangeOf(path),
    keyRangeOf: (path) => tree.keyRangeOf(path),
  };
}

function refuse(reading: Reading, text: string): undefined {
  const message = `The file has ${text.length} characters; an experiment has ${LARGEST_TEXT} at the most`;
  reading.error('file-too-large', [], message);
}

function readSpec(reading: Reading, options: ReadOptions): ExperimentSpec | undefined {
  for (const { message, range } of reading.tree.problems) reading.error('yaml-syntax', [], message, { range });
  if (reading.hasErrors) return undefined;
  for (const override of options.overrides ?? []) {
    const applied = applyOverride(reading.tree.document, override);
    if (!applied.ok) reading.error('set-invalid', [], applied.problem.message);
  }
  const raw = readRaw(reading);
  return raw && readPlugins(reading, raw, options);
}

function readRaw(reading: Reading): RawExperiment | undefined {
  const value = plainValue(reading);
  if (value === undefined) return undefined;
  if (!isRecord(value)) {
    reading.error('wrong-type', [], 'An experiment is a block of keys: name, dataset, embed, …');
    return undefined;
  }
  if (typeof value.version === 'number' && value.version !== FORMAT_VERSION) {
    const message = `This version reads format ${FORMAT_VERSION}, not ${value.version}`;
    reading.error('unsupported-version', ['version'], message);
    return undefined;
  }
  return reading.parse(experimentSchema, value, []) ?? soundPart(value);
}

/** The sections in which nothing is wrong, so that what is wrong in their plugins is said, too. */
function soundPart(value: Record<string, unknown>): RawExperiment | undefined {
  const shape: Readonly<Record<string, z.ZodType>> = experimentSchema.shape;
  const isSound = ([key, section]: [string, unknown]) =>
    Object.hasOwn(shape, key) && shape[key].safeParse(section).success;
  return experimentSchema.safeParse(Object.fromEntries(Object.entries(value).filter(isSound))).data;
}

/** A section that is written without a value (`accuracy:`) is one with all its defaults. */
function plainValue(reading: Reading): unknown {
  try {
    const value = reading.tree.toValue() ?? {};
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, section]) => [key, section ?? {}]));
  } catch (error) {
    reading.error('yaml-syntax', [], valueProblem(error));
    return undefined;
  }
}

function readPlugins(reading: Reading, raw: RawExperiment, { file }: ReadOptions): ExperimentSpec | undefined {
  const dataset = readDataset(reading, raw);
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

function readDataset(reading: Reading, raw: RawExperiment): PluginUse | undefined {
  if (raw.dataset !== undefined) return readPluginUse(reading, 'dataset', raw.dataset, ['dataset']);
  reading.error('missing-key', ['dataset'], 'The key "dataset" is required: which images is this about?');
  return undefined;
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
