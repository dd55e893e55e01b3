import { z } from 'zod';
import type { ResultMeta } from './figure.js';

/** The schema below `optional()`, `nullable()`, `default()` and their like. */
export function bare(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = innerOf(schema);
  return inner ? bare(inner) : schema;
}

/** What a schema of results says of itself, and what those that it wraps do, where it does not say otherwise. */
export function metaOf(schema: z.core.$ZodType): ResultMeta {
  const own = (schema as z.ZodType).meta() as ResultMeta | undefined;
  const inner = innerOf(schema);
  return inner ? { ...metaOf(inner), ...own } : (own ?? {});
}

function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodArray) return undefined;
  return (schema as { unwrap?: () => z.core.$ZodType }).unwrap?.();
}
