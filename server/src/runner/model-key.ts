import type { z } from 'zod';
import { pathKindOf } from '../plugins/params.js';
import type { PluginUse } from '../spec/types.js';
import { pluginFor, type RunContext } from './context.js';
import { keyOf } from './store/files.js';

/**
 * The cache key of a plugin with its parameters: its version counts, and of a file its content, not its path.
 */
export async function pluginKey(
  context: Pick<RunContext, 'plugins' | 'files'>,
  family: 'model' | 'index' | 'dataset',
  use: PluginUse,
): Promise<string> {
  const plugin = pluginFor(context, family, use.use);
  const params: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(use.params)) {
    params[name] = await contentOf(context, plugin.params, name, value);
  }
  return keyOf({ family, name: plugin.name, version: plugin.version, params });
}

async function contentOf(
  context: Pick<RunContext, 'files'>,
  schema: z.ZodType,
  name: string,
  value: unknown,
): Promise<unknown> {
  if (typeof value !== 'string' || pathKindOf(schema, name) !== 'file') return value;
  return { content: await context.files.hash(value) };
}
