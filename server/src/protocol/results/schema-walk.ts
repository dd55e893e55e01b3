import { z } from 'zod';
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

function entryOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
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
