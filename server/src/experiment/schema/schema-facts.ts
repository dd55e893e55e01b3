import { z } from 'zod';
import type { Family } from '../../plugins/declare.js';
import type { PathKind } from '../../plugins/params.js';

/** What a declaration says of a value beside its type; see `meta()` in the schemas. */
export interface SchemaMeta {
  readonly description?: string;
  /** Values to begin with, where there is no default. */
  readonly examples?: readonly unknown[];
  /** The value names a model of the file, or is an expectation about a metric. */
  readonly names?: 'model' | 'metric';
  readonly path?: PathKind;
  /** The value is a plugin of this family. */
  readonly plugin?: Family;
}

/** The schema below `optional()`, `default()` and their like. */
export function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = innerOf(schema);
  return inner ? unwrapped(inner) : schema;
}

/** What a schema declares, and what those that it wraps do, where it does not say otherwise. */
export function metaOf(schema: z.core.$ZodType): SchemaMeta {
  const own = (schema as z.ZodType).meta() as SchemaMeta | undefined;
  const inner = innerOf(schema);
  return inner ? { ...metaOf(inner), ...own } : (own ?? {});
}

/** What stands for a value that is not written; undefined where there is no such thing. */
export function defaultOf(schema: z.core.$ZodType): unknown {
  if (schema instanceof z.ZodDefault) return schema.def.defaultValue;
  const inner = innerOf(schema);
  return inner && defaultOf(inner);
}

export function isRequired(schema: z.core.$ZodType): boolean {
  return !(schema as z.ZodType).isOptional();
}

function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodArray) return undefined;
  return (schema as { unwrap?: () => z.core.$ZodType }).unwrap?.();
}
