import { z } from 'zod';
import { resultsSchema } from '../../protocol/results.js';
import { didYouMean, nearest } from '../checks/did-you-mean.js';
import { unwrapped } from '../schema/schema-facts.js';
import type { NamedUse, PerturbationUse } from '../types.js';

/** Parts of the results that hold no figure to compare with. */
const WITHOUT_FIGURES = new Set(['schema', 'name', 'run', 'expect', 'skipped']);
const METRICS = Object.keys(resultsSchema.shape).filter((key) => !WITHOUT_FIGURES.has(key));

/** Parts that are there whether the file has such a section or not. */
const ALWAYS_THERE = new Set(['images', 'index', 'stages']);

/** What the paths of expectations may name. */
export interface Measured {
  readonly models: readonly NamedUse[];
  readonly perturbations: readonly PerturbationUse[];
  /** Depths of `accuracy.top`. */
  readonly top: readonly number[];
}

/** Why a path leads to no figure of the results that a file will have, or undefined where it leads to one. */
export function unknownMetric(
  path: readonly string[],
  measured: Measured,
  isWritten: (section: string) => boolean,
): string | undefined {
  const [part, ...rest] = path;
  if (!METRICS.includes(part)) return `Results have no "${part}"${didYouMean(nearest(part, METRICS))}`;
  if (!ALWAYS_THERE.has(part) && !isWritten(part)) return `Without "${part}:" results have no "${part}"`;
  const schema = unwrapped(resultsSchema.shape[part as keyof typeof resultsSchema.shape]);
  return unknownBelow(schema, [part], rest, measured);
}

/** Follows the path through the schema of the results, by the names that the file gives. */
function unknownBelow(
  schema: z.core.$ZodType,
  before: readonly string[],
  [segment, ...rest]: readonly string[],
  measured: Measured,
): string | undefined {
  const place = before.join('.');
  if (schema instanceof z.ZodObject && segment === undefined) return figureOf(schema, place);
  const kind = kindOf(schema, before, measured);
  if (!kind) return segment === undefined ? undefined : `"${place}" is a figure: nothing follows it`;
  if (kind.names?.length === 0) return undefined;
  if (segment === undefined) return `Say of which ${kind.what}, e.g. ${place}.${kind.names?.[0]}`;
  const [, depth] = /^top(\d+)$/.exec(segment) ?? [];
  if (depth && schema instanceof z.ZodObject && 'top' in schema.shape) return unknownDepth(depth, rest, measured);
  if (kind.names && !kind.names.includes(segment)) return noSuch(kind, place, segment);
  return unknownBelow(kind.below(segment), [...before, segment], rest, measured);
}

/** A value with others in it: what they are, by which names, and the schema of each. */
interface Kind {
  readonly what: string;
  /** Absent where they are not known before the run. */
  readonly names?: readonly string[];
  below(segment: string): z.core.$ZodType;
}

function kindOf(schema: z.core.$ZodType, [part, field]: readonly string[], measured: Measured): Kind | undefined {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Record<string, z.core.$ZodType>;
    return { what: 'figure', names: Object.keys(shape), below: (segment) => unwrapped(shape[segment]) };
  }
  if (schema instanceof z.ZodArray) return { ...listedIn(part, measured), below: () => unwrapped(schema.element) };
  if (!(schema instanceof z.ZodRecord)) return undefined;
  const below = () => unwrapped(schema.valueType);
  if (field === 'top' || part === 'accuracy') return { what: 'depth', names: measured.top.map(String), below };
  return { what: 'version', names: versionsOf(measured), below };
}

function listedIn(part: string, { models, perturbations }: Measured): Pick<Kind, 'what' | 'names'> {
  if (part === 'stages') return { what: 'stage' };
  const [what, named] = part === 'poison' ? ['perturbation', perturbations] : ['model', models];
  return { what, names: named.map(({ name }) => name) };
}

/** A perturbed gallery is no version of the queries. */
function versionsOf({ perturbations }: Measured): string[] {
  return ['original', ...perturbations.filter(({ target }) => target === 'query').map(({ name }) => name)];
}

function figureOf({ shape }: z.ZodObject, place: string): string | undefined {
  if ('rate' in shape || place.startsWith('accuracy.')) return undefined;
  return `Say which figure of "${place}": ${Object.keys(shape).join(', ')}`;
}

function unknownDepth(depth: string, [field]: readonly string[], { top }: Measured): string | undefined {
  if (field === undefined || field in hitsShape()) {
    // A list that could not be read has a diagnostic of its own.
    return top.length === 0 || top.includes(Number(depth))
      ? undefined
      : `"accuracy.top" has no ${depth}: it is ${top.join(', ')}`;
  }
  return `"top${depth}" has no "${field}"${didYouMean(nearest(field, Object.keys(hitsShape())))}`;
}

function hitsShape(): Record<string, unknown> {
  const accuracy = unwrapped(resultsSchema.shape.accuracy) as z.ZodArray<z.ZodObject>;
  return (accuracy.element.shape.top as z.ZodRecord<z.ZodString, z.ZodObject>).valueType.shape;
}

function noSuch({ what, names = [] }: Kind, place: string, segment: string): string {
  const meant = didYouMean(nearest(segment, names));
  return what === 'figure' ? `"${place}" has no "${segment}"${meant}` : `No ${what} is named "${segment}"${meant}`;
}
