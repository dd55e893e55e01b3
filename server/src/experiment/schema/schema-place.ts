import { isMap, isScalar, type Node } from 'yaml';
import * as z from 'zod';
import type { Family, Plugin } from '../../plugins/declare.js';
import { readPath } from '../../protocol/figure-path.js';
import { stages } from '../../stages/all.js';
import { resolvedPath } from '../syntax/set-value.js';
import type { SpecPath } from '../syntax/tree.js';
import { experimentSchema, MATRIX, MATRIX_LISTS } from './experiment-schema.js';
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
  readonly nodeAt: (path: SpecPath) => Node | undefined;
}

/**
 * What the declarations say of a path, or undefined where they know of none. An axis of a matrix is a list of what its
 * key path takes.
 */
export function schemaPlaceAt(path: SpecPath, surroundings: Surroundings): SchemaPlace | undefined {
  const axis = axisAt(path, surroundings);
  let place: SchemaPlace | undefined = axis ? axis.place : { schema: experimentSchema };
  for (let depth = axis ? axis.depth : 0; depth < path.length; depth++) {
    place = place && placeIn(place, path[depth]!, path.slice(0, depth + 1), surroundings);
  }
  return place;
}

/** What the key path at a place of the matrix takes, and how deep in the matrix that is. */
function axisAt(
  path: SpecPath,
  surroundings: Surroundings,
): { readonly place: SchemaPlace | undefined; readonly depth: number } | undefined {
  const [section, name, , inList] = path;
  if (section !== MATRIX || name === undefined) return undefined;
  if (!MATRIX_LISTS.some((list) => list === name)) {
    const place = placeOfKeyPath(String(name), surroundings);
    return {
      place: place && { ...place, schema: listOf(place.schema), family: undefined, plugin: undefined },
      depth: 2,
    };
  }
  return inList === undefined ? undefined : { place: placeOfKeyPath(String(inList), surroundings), depth: 4 };
}

function placeOfKeyPath(name: string, surroundings: Surroundings): SchemaPlace | undefined {
  const read = readPath(name);
  if (read?.end !== name.length || read.segments[0]?.text === MATRIX) return undefined;
  const segments = read.segments.map(({ text }) => text);
  return schemaPlaceAt(resolvedPath(surroundings.nodeAt, segments), surroundings);
}

/** A schema takes longer to make than all else that is asked of a place. */
const lists = new WeakMap<z.ZodType, z.ZodType>();

function listOf(schema: z.ZodType): z.ZodType {
  const made = lists.get(schema) ?? z.array(schema).min(1);
  lists.set(schema, made);
  return made;
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
