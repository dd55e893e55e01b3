import * as z from 'zod';
import type { Family } from '../../plugins/declare.js';
import type { PathKind } from '../../plugins/params.js';
import { innerOf, metaOf as metaIn, bare as unwrapped } from '../../protocol/results/schema-walk.js';

/** What a declaration says of a value beside its type; see `meta()` in the schemas. */
export interface SchemaMeta {
  readonly description?: string;
  /** What stands for the value where no other key of its block says it. */
  readonly default?: unknown;
  /** Values to begin with, where there is no default. */
  readonly examples?: readonly unknown[];
  /** The value names a model or a perturbation of the file, or is an expectation about a metric. */
  readonly names?: 'model' | 'perturbation' | 'metric';
  readonly path?: PathKind;
  /** The value is a column of the table that this key of the block names, with `delimiter` between them. */
  readonly columnOf?: string;
  /** The value is a plugin of this family. */
  readonly plugin?: Family;
}

export { unwrapped };

/** What a schema declares, and what those that it wraps do, where it does not say otherwise. */
export function metaOf(schema: z.core.$ZodType): SchemaMeta {
  return metaIn<SchemaMeta>(schema);
}

/** What stands for a value that is not written; undefined where there is no such thing. */
export function defaultOf(schema: z.core.$ZodType): unknown {
  if (schema instanceof z.ZodDefault) return schema.def.defaultValue;
  const inner = innerOf(schema);
  return metaOf(schema).default ?? (inner && defaultOf(inner));
}

export function isRequired(schema: z.core.$ZodType): boolean {
  return !(schema as z.ZodType).isOptional();
}
