import * as z from 'zod';
import type { Plugin } from '../../plugins/declare.js';
import { isRecord } from '../plugin-use.js';
import { metaOf, unwrapped } from './schema-facts.js';
import { keysOf } from './schema-place.js';

/** Whether a value may stand for a schema, plugins within it included. What is missing in it may still be added. */
export function accepts(schema: z.core.$ZodType, value: unknown, plugins: readonly Plugin[]): boolean {
  const { plugin: family } = metaOf(schema);
  const bare = unwrapped(schema);
  if (family) return acceptsPlugin(family, value, plugins);
  if (isRecord(value) && bare instanceof z.ZodObject) return acceptsKeys(bare.shape, value, plugins);
  if (isRecord(value) && bare instanceof z.ZodRecord) {
    return Object.entries(value).every(
      ([key, item]) => accepts(bare.keyType, key, plugins) && accepts(bare.valueType, item, plugins),
    );
  }
  if (Array.isArray(value) && bare instanceof z.ZodArray) {
    return value.length > 0 && value.every((item) => accepts(bare.element, item, plugins));
  }
  return (schema as z.ZodType).safeParse(value).success;
}

function acceptsPlugin(family: Plugin['family'], value: unknown, plugins: readonly Plugin[]): boolean {
  const block = typeof value === 'string' ? { use: value } : value;
  if (!isRecord(block)) return false;
  const plugin = plugins.find((candidate) => candidate.family === family && candidate.name === block.use);
  const keys = keysOf({ schema: z.unknown(), family, plugin }, plugins);
  return !!plugin && acceptsKeys(Object.fromEntries(keys.map(({ name, schema }) => [name, schema])), block, plugins);
}

function acceptsKeys(
  shape: Readonly<Record<string, z.core.$ZodType>>,
  block: Readonly<Record<string, unknown>>,
  plugins: readonly Plugin[],
): boolean {
  return Object.entries(block).every(([key, value]) => {
    const schema = Object.hasOwn(shape, key) ? shape[key] : undefined;
    return schema !== undefined && accepts(schema, value, plugins);
  });
}
