import * as z from 'zod';
import type { Family } from '../../plugins/declare.js';
import { nameSchema } from '../../protocol/names.js';

/** A place where a plugin stands, by name or as `{use: name, …parameters}`; its own schema checks the rest. */
export function plugin(family: Family, description: string) {
  return z.unknown().meta({ description, plugin: family });
}

/** One item or more. */
export function list<T extends z.ZodType>(item: T, description: string) {
  return z.array(item).min(1).meta({ description });
}

/** The name of a model of `embed.models`. */
export function modelName(description: string) {
  return z.string().optional().meta({ description, names: 'model' });
}

export const positive = z.int().min(1).max(1_000_000_000);

export const entryNameSchema = nameSchema.meta({
  ...nameSchema.meta(),
  description: 'Its key in the results; the default is its `use`.',
});
