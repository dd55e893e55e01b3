import type { z } from 'zod';
import type { Family } from '../plugins/declare.js';
import { readModelHeader, weightFiles } from '../plugins/model-header.js';
import { pathKindOf, pluginFamilyOf } from '../plugins/params.js';
import type { PluginUse } from '../stages/spec.js';
import { keyOf } from '../store/files.js';
import { pluginFor, type RunContext } from './context.js';
import { unwrap } from './halt.js';

/**
 * The cache key of a plugin with its parameters: its version counts, of a file its content, not its path, and of
 * plugins among its parameters their keys.
 */
export async function pluginKey(
  context: Pick<RunContext, 'plugins' | 'files'>,
  family: Family,
  use: PluginUse,
): Promise<string> {
  const plugin = pluginFor(context, family, use.use);
  const params: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(use.params)) {
    params[name] = await contentOf(context, plugin.params, name, value);
  }
  const files = plugin.modelFiles ? unwrap(plugin.modelFiles(use.params)) : [];
  const weights = files.length > 0 ? await Promise.all(files.map((file) => hashModel(context, file))) : undefined;
  return keyOf({ family, name: plugin.name, version: plugin.version, params, weights });
}

/** SHA-256 of the files that a model's weights are in; none where they are Lookalike's own. */
export async function modelFileHashes(
  context: Pick<RunContext, 'plugins' | 'files'>,
  { use, params }: PluginUse,
): Promise<string[]> {
  const plugin = pluginFor(context, 'model', use);
  const named = Object.entries(params).filter(([name]) => pathKindOf(plugin.params, name) === 'model');
  const models = [
    ...named.map(([, value]) => value as string),
    ...(plugin.modelFiles ? unwrap(plugin.modelFiles(params)) : []),
  ];
  return (await Promise.all(models.map((file) => hashModel(context, file)))).flat();
}

/**
 * The cache key of a model's embeddings: that of the model, and on another device than the CPU the device too, since
 * embeddings differ there in their last digits.
 */
export async function embeddingsKey(
  context: Pick<RunContext, 'plugins' | 'files' | 'device'>,
  use: PluginUse,
): Promise<string> {
  const model = await pluginKey(context, 'model', use);
  const { device } = context;
  return device !== 'cpu' && pluginFor(context, 'model', use.use).usesDevice ? keyOf({ model, device }) : model;
}

async function contentOf(
  context: Pick<RunContext, 'plugins' | 'files'>,
  schema: z.ZodType,
  name: string,
  value: unknown,
): Promise<unknown> {
  const family = pluginFamilyOf(schema, name);
  if (family) return Promise.all((value as readonly PluginUse[]).map((use) => pluginKey(context, family, use)));
  const kind = typeof value === 'string' ? pathKindOf(schema, name) : undefined;
  if (kind === 'file') return { content: await context.files.hash(value as string) };
  if (kind === 'weights') return undefined;
  if (kind === 'model') return { content: await hashModel(context, value as string) };
  return value;
}

/** Hashes a model's file, and those beside it that hold its weights. */
export async function hashModel({ files }: Pick<RunContext, 'files'>, model: string): Promise<string[]> {
  const all = unwrap(weightFiles(model, unwrap(readModelHeader(model))));
  return Promise.all(all.map((file) => files.hash(file)));
}
