import { isMap, isSeq } from 'yaml';
import { z } from 'zod';
import { nameOf } from '../../experiment/key-name.js';
import { metaOf, unwrapped } from '../../experiment/schema/schema-facts.js';
import { resultsSchema } from '../../protocol/results.js';
import type { Outline } from './outline.js';

/** A figure that an expectation may name. */
export interface Metric {
  readonly path: string;
  /** A share of 1, which is written in per cent. */
  readonly isShare: boolean;
  readonly description?: string;
}

/** Parts of the results that hold no figure to compare with. */
const WITHOUT_FIGURES = ['schema', 'name', 'run', 'expect', 'skipped'];
/** Parts that are there whether the file has such a section or not. */
const ALWAYS_THERE = ['images', 'index', 'stages'];

/** The figures that a run of a file will have, by the schema of results and the names that the file gives. */
export function metricsOf(tree: Pick<Outline, 'nodeAt'>, models: readonly string[]): Metric[] {
  const names = namesIn(tree, models);
  return Object.entries(resultsSchema.shape).flatMap(([part, schema]) => {
    if (WITHOUT_FIGURES.includes(part)) return [];
    if (!ALWAYS_THERE.includes(part) && tree.nodeAt([part]) === undefined) return [];
    return figures(schema, part, names);
  });
}

interface Names {
  readonly models: readonly string[];
  readonly perturbations: readonly string[];
  readonly depths: readonly string[];
}

function namesIn(tree: Pick<Outline, 'nodeAt'>, models: readonly string[]): Names {
  const poison = tree.nodeAt(['poison']);
  const top = tree.nodeAt(['accuracy', 'top']);
  return {
    models,
    perturbations: isMap(poison) ? poison.items.map(nameOf) : [],
    depths: isSeq(top) ? (top.toJSON() as unknown[]).map(String) : ['1', '5'],
  };
}

/** Every number below a schema, by its path. */
function figures(schema: z.core.$ZodType, path: string, names: Names): Metric[] {
  const bare = unwrapped(schema);
  if (bare instanceof z.ZodNumber) return [{ path, isShare: bare.maxValue === 1, ...metaOf(schema) }];
  if (bare instanceof z.ZodObject) return ofObject(bare, path, names);
  if (bare instanceof z.ZodRecord)
    return keysOfRecord(path, names).flatMap((key) => figures(bare.valueType, key, names));
  if (!(bare instanceof z.ZodArray) || !(unwrapped(bare.element) instanceof z.ZodObject)) return [];
  return namesInList(path, names).flatMap((name) => figures(bare.element, `${path}.${name}`, names));
}

/** An object with a rate means its rate. */
function ofObject({ shape }: z.ZodObject, path: string, names: Names): Metric[] {
  const below = Object.entries(shape).flatMap(([key, schema]) => figures(schema, `${path}.${key}`, names));
  return 'rate' in shape ? [{ path, isShare: true }, ...below] : below;
}

function namesInList(path: string, { models, perturbations }: Names): readonly string[] {
  if (path === 'poison') return perturbations;
  return path === 'accuracy' || path === 'index' ? models : [];
}

/** The keys of a record that are known before a run; `topN` means `top.N`. */
function keysOfRecord(path: string, { depths, perturbations }: Names): string[] {
  if (path.endsWith('.top')) return depths.map((depth) => `${path}${depth}`);
  return ['original', ...perturbations].map((version) => `${path}.${version}`);
}
