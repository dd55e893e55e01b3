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

/** Asked of every schema for each of thousands of runs. */
const bareOf = new WeakMap<z.core.$ZodType, z.core.$ZodType>();
const metas = new WeakMap<z.core.$ZodType, object>();

/** The schema below `optional()`, `nullable()`, `default()` and their like. */
export function bare(schema: z.core.$ZodType): z.core.$ZodType {
  const known = bareOf.get(schema);
  if (known) return known;
  const inner = innerOf(schema);
  const found = inner ? bare(inner) : schema;
  bareOf.set(schema, found);
  return found;
}

/** What a schema says of itself by `meta()`, and what those that it wraps do, where it does not say otherwise. */
export function metaOf<Meta extends object = ResultMeta>(schema: z.core.$ZodType): Readonly<Partial<Meta>> {
  const known = metas.get(schema);
  if (known) return known as Partial<Meta>;
  const own = (schema as z.ZodType).meta() as Partial<Meta> | undefined;
  const inner = innerOf(schema);
  const found = inner ? { ...metaOf<Meta>(inner), ...own } : (own ?? {});
  metas.set(schema, found);
  return found as Partial<Meta>;
}

/** The schema that one wraps; undefined of one that wraps none. */
export function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodArray) return undefined;
  return (schema as { unwrap?: () => z.core.$ZodType }).unwrap?.();
}
