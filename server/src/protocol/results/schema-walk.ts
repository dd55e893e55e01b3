import * as z from 'zod';
import type { ResultMeta } from './figure.js';

/** What stands at a path of `schema`; a name, a key or a place of a list is `*`. Throws where the path leads nowhere. */
export function schemaAt(schema: z.core.$ZodType, path: string): z.core.$ZodType {
  return path.split('.').reduce((at, segment) => {
    const inside = bare(at);
    const next = inside instanceof z.ZodObject ? inside.shape[segment] : entryOf(inside);
    if (!next) throw new Error(`${path}: there is no ${segment}`);
    return next;
  }, schema);
}

/** The schema of the entries of a list or a record; undefined of another one. */
export function entryOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const inner = bare(schema);
  return inner instanceof z.ZodArray ? inner.element : inner instanceof z.ZodRecord ? inner.valueType : undefined;
}

/** What a value that may be anything has at a key. */
export function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** The schema below `optional()`, `nullable()`, `default()` and their like. */
export function bare(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = innerOf(schema);
  return inner ? bare(inner) : schema;
}

/** What a schema says of itself by `meta()`, and what those that it wraps do, where it does not say otherwise. */
export function metaOf<Meta extends object = ResultMeta>(schema: z.core.$ZodType): Partial<Meta> {
  const own = (schema as z.ZodType).meta() as Partial<Meta> | undefined;
  const inner = innerOf(schema);
  return inner ? { ...metaOf<Meta>(inner), ...own } : (own ?? {});
}

/** The schema that one wraps; undefined of one that wraps none. */
export function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodArray) return undefined;
  return (schema as { unwrap?: () => z.core.$ZodType }).unwrap?.();
}
