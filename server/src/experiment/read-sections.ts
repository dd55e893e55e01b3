import { basename } from 'node:path';
import * as z from 'zod';
import type { Family } from '../plugins/declare.js';
import { pathKindOf } from '../plugins/params.js';
import { findNamed, nameForFiles } from '../protocol/names.js';
import { stages } from '../stages/all.js';
import type { Stage } from '../stages/declare.js';
import { namesInFile } from '../stages/figures.js';
import type { ExperimentSpec, NamedUse, PluginUse } from '../stages/spec.js';
import { checkFacts } from './checks/check-facts.js';
import { checkCountermeasures, checkLikeness, checkStages, checkTargets } from './checks/check-stages.js';
import { didYouMean, nearest } from './checks/did-you-mean.js';
import { readExpectations } from './expectations/read-expectations.js';
import { expand, isRecord, readNamedUse, readPluginUse } from './plugin-use.js';
import type { Reading } from './reader.js';
import type { RawExperiment } from './schema/experiment-schema.js';
import { metaOf, unwrapped } from './schema/schema-facts.js';
import { SHARED_KEYS } from './schema/schema-place.js';
import type { SpecPath } from './syntax/tree.js';

/** The sections of a file whose keys are sound, as an experiment: plugins with their parameters, names resolved, facts checked. */
export function readSections(reading: Reading, raw: RawExperiment, file: string): ExperimentSpec {
  const sections = Object.fromEntries(stages.map((stage) => [stage.key, readStage(reading, raw, stage)]));
  const { embed } = sections as Partial<ExperimentSpec>;
  const models = embed?.models ?? [];
  for (const stage of stages) sections[stage.key] = finished(reading, stage, sections[stage.key], models);
  const isWritten = (key: string) => reading.tree.nodeAt([key]) !== undefined;
  const names = namesInFile((key) => raw[key as keyof RawExperiment]);
  const spec: ExperimentSpec = {
    version: raw.version,
    name: raw.name ?? basename(file),
    ...(sections as Pick<ExperimentSpec, 'dataset'>),
    gallery: raw.gallery === undefined ? undefined : readPluginUse(reading, 'dataset', raw.gallery, ['gallery']),
    queries: raw.queries,
    expect: readExpectations(reading, raw.expect, { names, isWritten }),
  };
  checkStages(reading);
  checkTargets(reading, spec);
  checkCountermeasures(reading, spec);
  checkLikeness(reading, spec);
  checkFacts(reading, spec);
  // A model that cannot be read is missing to whoever needs all of them.
  const isWhole = raw.embed === undefined || models.length === (raw.embed as { models: unknown[] }).models.length;
  return isWhole ? spec : { ...spec, embed: undefined };
}

function readStage(reading: Reading, raw: RawExperiment, { key, params, standard }: Stage): unknown {
  const written = raw[key as keyof RawExperiment];
  const isWanted = stages.some(({ key: other, uses = [] }) => uses.includes(key) && raw[other as keyof RawExperiment]);
  const value = written ?? (isWanted && raw.embed ? standard : undefined);
  return value === undefined ? undefined : readValue(reading, params, value, [key]);
}

/** A value that its schema takes: plugins in it are read by their own schemas, paths made absolute. */
function readValue(reading: Reading, schema: z.core.$ZodType, value: unknown, path: SpecPath): unknown {
  const { plugin } = metaOf(schema);
  if (plugin) return readUse(reading, plugin, value, path);
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodArray && familyOf(inner.element)) {
    const family = familyOf(inner.element) as Family;
    const items = (value as unknown[]).map((item, n) => ({ item, at: [...path, n] }));
    return namedUses(reading, family, items);
  }
  if (inner instanceof z.ZodRecord && familyOf(inner.valueType)) {
    const family = familyOf(inner.valueType) as Family;
    const items = Object.entries(value as object).map(([name, item]) => ({ item, at: [...path, name], name }));
    return namedUses(reading, family, items);
  }
  if (inner instanceof z.ZodUnion) {
    const taken = inner.options.find((option) => (option as z.ZodType).safeParse(value).success);
    return taken ? readValue(reading, taken, value, path) : value;
  }
  if (!(inner instanceof z.ZodObject) || !isRecord(value)) return value;
  const shape = inner.shape as Record<string, z.ZodType>;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const at = [...path, key];
      const isPath = typeof item === 'string' && pathKindOf(inner, key) !== undefined;
      return [key, isPath ? expand(reading, item, at) : shape[key] ? readValue(reading, shape[key], item, at) : item];
    }),
  );
}

function familyOf(schema: z.core.$ZodType): Family | undefined {
  return metaOf(schema).plugin;
}

/** A plugin with the keys that its family has beside its parameters. */
export function readUse(reading: Reading, family: Family, value: unknown, path: SpecPath): PluginUse | undefined {
  const shared = SHARED_KEYS[family];
  const use = readPluginUse(reading, family, value, path, shared && Object.keys(shared.shape));
  const keys = readShared(reading, shared, isRecord(value) ? value : {}, path);
  return use && keys && { ...use, ...keys };
}

interface NamedItem {
  readonly item: unknown;
  readonly at: SpecPath;
  readonly name?: string;
}

/** Plugins under names of their own, of which no two meet. */
function namedUses(reading: Reading, family: Family, items: readonly NamedItem[]): NamedUse[] {
  const names = new Map<string, string>();
  return items.flatMap(({ item, at, name }) => {
    const kind = name === undefined ? family : `${family} ${JSON.stringify(name)}`;
    const use = reading.once(kind, item, () => namedUse(reading, family, item, at, name));
    const given = use?.name ?? name;
    if (given === undefined) return [];
    checkName(reading, `${family}s`, given, names, at);
    return use ?? [];
  });
}

function namedUse(reading: Reading, family: Family, value: unknown, path: SpecPath, name?: string) {
  const shared = SHARED_KEYS[family];
  const use = readNamedUse(reading, family, value, path, name, shared && Object.keys(shared.shape));
  const { name: _, ...others } = isRecord(value) ? value : {};
  const keys = readShared(reading, shared, others, path);
  return use && keys && { ...keys, ...use };
}

function readShared(
  reading: Reading,
  shared: z.ZodObject | undefined,
  written: Record<string, unknown>,
  path: SpecPath,
) {
  const keys = shared ? reading.parse(shared, written, path) : {};
  return shared && keys ? (readValue(reading, shared, keys, path) as Record<string, unknown>) : keys;
}

/** The section as the runner reads it, with the models that it means. */
function finished(reading: Reading, stage: Stage, read: unknown, models: readonly NamedUse[]): unknown {
  if (read === undefined) return undefined;
  const named = isRecord(read) ? { ...read, ...modelsMeant(reading, stage, read, models) } : read;
  return stage.finish ? stage.finish(named as never) : named;
}

function modelsMeant(
  reading: Reading,
  { key, model, modelList }: Stage,
  read: Record<string, unknown>,
  models: readonly NamedUse[],
): Record<string, unknown> {
  const meant: Record<string, unknown> = {};
  if (model) {
    const name = typeof read.model === 'string' ? read.model : (model(models)?.name ?? '');
    meant.model = modelFor(reading, name, [key, 'model'], models);
  }
  if (modelList) {
    const named = read[modelList] as readonly string[] | undefined;
    meant[modelList] =
      named?.map((name, n) => modelFor(reading, name, [key, modelList, n], models)) ?? models.map(({ name }) => name);
  }
  return meant;
}

/** The name of the model that is meant, which is an error where there is none. */
function modelFor(reading: Reading, name: string, path: SpecPath, models: readonly NamedUse[]): string {
  const meant = findNamed(models, (one) => one.name, name);
  if (meant || models.length === 0) return meant?.name ?? name;
  const names = models.map((one) => one.name);
  const suggestion = nearest(name, names);
  const said = suggestion === undefined ? `; there are ${names.join(', ')}` : didYouMean(suggestion);
  reading.error('unknown-model', path, `No model is named "${name}"${said}`, { suggestion });
  return name;
}

/** Names of one spelling but for case would be one file's on a system that does not tell them apart. */
function checkName(reading: Reading, what: string, name: string, before: Map<string, string>, path: SpecPath): void {
  const other = before.get(nameForFiles(name));
  if (other === undefined) {
    before.set(nameForFiles(name), name);
    return;
  }
  const named = other === name ? `named "${name}"` : `named "${other}" and "${name}", one name to some file systems`;
  reading.error('duplicate-name', path, `Two ${what} are ${named}`, { hint: 'Give one of them another `name`.' });
}
