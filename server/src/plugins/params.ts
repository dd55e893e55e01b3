import * as z from 'zod';
import { innerOf, metaOf } from '../protocol/results/schema-walk.js';
import type { Family, PluginUse, UnfitFiles } from './declare.js';

/**
 * What a path parameter names; the spec expands it and makes it absolute, and checks that it is there.
 * A `model` is an ONNX file, which may have its weights in files beside it; `weights` are such a file or a folder with
 * one, which the plugin finds (`modelFiles`).
 */
export type PathKind = 'file' | 'folder' | 'model' | 'weights';

export function filePath(description: string): z.ZodString {
  return pathParameter('file', description);
}

export function folderPath(description: string): z.ZodString {
  return pathParameter('folder', description);
}

export function modelPath(description: string): z.ZodString {
  return pathParameter('model', description);
}

export function weightsPath(description: string): z.ZodString {
  return pathParameter('weights', description);
}

function pathParameter(path: PathKind, description: string): z.ZodString {
  return z.string().min(1).meta({ description, path });
}

/**
 * Plugins as a parameter of another, written as they are elsewhere: `[name, {use: name, …}]`. The spec reads each by
 * its own schema, so that what the plugin is given are `PluginUse`s.
 */
export function pluginList(family: Family, description: string, byDefault: readonly [string, ...string[]]) {
  return usesOf(family)
    .default(byDefault as unknown as PluginUse[])
    .meta({ description });
}

/** The same of plugins that are only named: what another tool has used. */
export function declaredPlugins(family: Family, description: string) {
  return usesOf(family).optional().meta({ description });
}

function usesOf(family: Family) {
  const written = z.unknown().meta({ description: `A ${family}.`, plugin: family });
  return z.array(written as unknown as z.ZodType<PluginUse>).min(1);
}

/** What kind of path the parameter `name` of a plugin's schema is, or undefined where it is none. */
export function pathKindOf(schema: z.ZodType, name: string): PathKind | undefined {
  return annotationsOf(schema, name).path;
}

/** The family of the plugins that the parameter `name` of a plugin's schema lists, or undefined where it lists none. */
export function pluginFamilyOf(schema: z.ZodType, name: string): Family | undefined {
  return annotationsOf(schema, name).family;
}

/** The parameters of a plugin's schema that list plugins, in their order, and the families of these. */
export function pluginListsOf(schema: z.ZodType): readonly { readonly key: string; readonly family: Family }[] {
  const known = lists.get(schema);
  if (known) return known;
  const keys = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const found = keys.flatMap((key) => {
    const family = pluginFamilyOf(schema, key);
    return family ? { key, family } : [];
  });
  lists.set(schema, found);
  return found;
}

const lists = new WeakMap<z.ZodType, readonly { readonly key: string; readonly family: Family }[]>();

interface Annotations {
  readonly path?: PathKind;
  readonly family?: Family;
}

/** A file is read again at every keystroke, and asks this of each parameter. */
const found = new WeakMap<z.ZodType, Map<string, Annotations>>();

function annotationsOf(schema: z.ZodType, name: string): Annotations {
  const ofSchema = found.get(schema) ?? new Map<string, Annotations>();
  const known = ofSchema.get(name);
  if (known) return known;
  const parameter = parameterOf(schema, name);
  const item = itemOf(parameter);
  const annotations = {
    path: parameter && metaOf<{ path: PathKind }>(parameter).path,
    family: item && metaOf<{ plugin: Family }>(item).plugin,
  };
  found.set(schema, ofSchema.set(name, annotations));
  return annotations;
}

function parameterOf(schema: z.ZodType, name: string): z.core.$ZodType | undefined {
  return schema instanceof z.ZodObject ? schema.shape[name] : undefined;
}

/** The schema of a list's items. */
function itemOf(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodArray) return schema.element;
  const inner = schema && innerOf(schema);
  return inner && itemOf(inner);
}

/** What draws are made by, so that they can be made again. */
export const seed = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

/** Of an attack: whom a face is moved towards, where it is not away from itself. */
export function targetedParameter() {
  return z
    .union([z.literal(true), z.string().min(1)])
    .optional()
    .meta({
      description:
        'Moves each face towards one of somebody else instead of away from itself: `true` for a photograph of the data set that is drawn by `seed`, or the name of an identity.',
    });
}

/** The order of the colours that a network takes. */
export function channelsParameter() {
  return z.enum(['rgb', 'bgr']).default('rgb').meta({ description: 'Order of the colours, also of `mean` and `std`.' });
}

/** Where a network takes the colour channel; `what` is what the network is called to its user. */
export function layoutParameter(what: string) {
  return z
    .enum(['nchw', 'nhwc'])
    .optional()
    .meta({ description: `Where the colour channel stands. Default: what the ${what} declares.` });
}

/** Which faces of a photograph a model of faces embeds. It has no default, so that embeddings keep their keys. */
export function facesParameter() {
  return z.enum(['largest', 'all']).optional().meta({
    description:
      'Which faces of a photograph are embedded. Default: `largest`. With `all`, a search (`accuracy`, `retrieve`, `serve`, the search panel) finds a photograph by any of its faces, by the nearest, and `robustness` judges what was found by its nearest face; a query is always its largest face, and all other figures compare largest faces. `export` has the largest face of each photograph alone, and says how many it leaves out.',
  });
}

/** Why every face cannot be asked for. */
export function facesUnfit(why: string): UnfitFiles {
  const hint = 'Leave `faces` out, or have faces looked for.';
  return { code: 'files-unfit', message: `\`faces: all\` finds no faces: ${why}`, specPath: ['faces'], hint };
}

/** Of an executor: which searches are handed over, and in pieces of what size. */
export const searchPairs = z.int().min(1).max(Number.MAX_SAFE_INTEGER).default(2e10).meta({
  description:
    'An exact search (`accuracy`, `retrieve`) that compares more pairs of a query and an image is cut into shards of so many: parts of what is searched times blocks of queries. One of fewer pairs the run does itself. A shard holds a part and a block of 268 MB each at the most, and what the index makes of them.',
});
