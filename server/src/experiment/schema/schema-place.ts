import { isMap, isScalar, type Node } from 'yaml';
import { z } from 'zod';
import type { Family, Plugin } from '../../plugins/declare.js';
import { stages } from '../../stages/all.js';
import type { SpecPath } from '../syntax/tree.js';
import { experimentSchema } from './experiment-schema.js';
import { isRequired, metaOf, unwrapped } from './schema-facts.js';

/** A place in an experiment file, as the declarations know it. */
export interface SchemaPlace {
  /** What the value must be, `optional()` and `default()` included. Of a plugin its own schema says that. */
  readonly schema: z.ZodType;
  /** The value is a plugin of this family. */
  readonly family?: Family;
  /** The plugin that the file names there, where there is such a one. */
  readonly plugin?: Plugin;
  /** It is, or is in, a parameter of a plugin: there no key but the plugins' own counts. */
  readonly isParameter?: boolean;
}

/** A key that may stand in a block. */
export interface DeclaredKey {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly required: boolean;
}

/** Keys that stand beside `use` in every plugin of a family, and are none of its parameters. */
export const SHARED_KEYS: Partial<Record<Family, z.ZodObject>> = Object.fromEntries(
  stages.flatMap(({ beside }) => (beside ? [[beside.family, beside.keys]] : [])),
);

interface Surroundings {
  readonly plugins: readonly Plugin[];
  /** The node at a path of the file. */
  nodeAt(path: SpecPath): Node | undefined;
}

/** What the declarations say of a path, or undefined where they know of none. */
export function schemaPlaceAt(path: SpecPath, surroundings: Surroundings): SchemaPlace | undefined {
  let place: SchemaPlace | undefined = { schema: experimentSchema };
  for (const [depth, segment] of path.entries()) {
    place = place && placeIn(place, segment, path.slice(0, depth + 1), surroundings);
  }
  return place;
}

/** The keys of the block at a place; none where it is no block with keys of its own. */
export function keysOf(place: SchemaPlace, plugins: readonly Plugin[]): DeclaredKey[] {
  const shape = shapeOf(place, plugins);
  return Object.entries(shape).map(([name, schema]) => ({ name, schema, required: isRequired(schema) }));
}

function shapeOf(place: SchemaPlace, plugins: readonly Plugin[]): Record<string, z.ZodType> {
  const { schema, family, plugin, isParameter } = place;
  if (!family) return objectShape(schema);
  const shared = isParameter ? {} : SHARED_KEYS[family]?.shape;
  return { use: useSchema(family, plugins), ...shared, ...(plugin ? objectShape(plugin.params) : {}) };
}

/** The keys of an object's schema; none of another one. */
export function objectShape(schema: z.ZodType): Record<string, z.ZodType> {
  const bare = unwrapped(schema);
  return bare instanceof z.ZodObject ? (bare.shape as Record<string, z.ZodType>) : {};
}

/** A schema takes longer to make than all else that is asked of a place. */
const useSchemas = new WeakMap<readonly Plugin[], Map<Family, z.ZodType>>();

function useSchema(family: Family, plugins: readonly Plugin[]): z.ZodType {
  const made = useSchemas.get(plugins) ?? new Map<Family, z.ZodType>();
  useSchemas.set(plugins, made);
  const schema = made.get(family) ?? makeUseSchema(family, plugins);
  made.set(family, schema);
  return schema;
}

function makeUseSchema(family: Family, plugins: readonly Plugin[]): z.ZodType {
  const names = plugins.filter((plugin) => plugin.family === family).map(({ name }) => name);
  return z.enum(names).meta({ description: `Which ${family} it is.` });
}

function placeIn(
  parent: SchemaPlace,
  segment: string | number,
  path: SpecPath,
  { plugins, nodeAt }: Surroundings,
): SchemaPlace | undefined {
  const schema = childSchema(parent, segment, plugins);
  if (!schema) return undefined;
  const family = metaOf(schema).plugin;
  const isParameter = parent.isParameter || parent.family !== undefined;
  if (!family) return { schema, isParameter };
  const use = useOf(nodeAt(path));
  const plugin = plugins.find((candidate) => candidate.family === family && candidate.name === use);
  return { schema, family, plugin, isParameter };
}

function childSchema(parent: SchemaPlace, segment: string | number, plugins: readonly Plugin[]) {
  const bare = unwrapped(parent.schema);
  if (typeof segment === 'number') return itemSchema(bare, segment);
  if (bare instanceof z.ZodRecord) return bare.valueType as z.ZodType;
  const shape = shapeOf(parent, plugins);
  return Object.hasOwn(shape, segment) ? shape[segment] : undefined;
}

function itemSchema(schema: z.core.$ZodType, index: number): z.ZodType | undefined {
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  return schema instanceof z.ZodTuple ? (schema.def.items[index] as z.ZodType | undefined) : undefined;
}

/** The plugin that a node names, in short form or as a block. */
export function useOf(node: Node | undefined): unknown {
  if (isScalar(node)) return node.value;
  return isMap(node) ? node.get('use') : undefined;
}
