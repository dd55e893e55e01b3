import { pathToFileURL } from 'node:url';
import { fail, ok, type Result } from '../protocol/errors.js';
import type { Plugin } from './declare.js';

/** Third parties' plugins carry their vendor's name, so that no two meet. */
const NAME = /^[a-z0-9-]+\/[a-z0-9-]+$/;

/**
 * Imports third parties' plugins. A module's default export is a plugin or a list of them. What is imported
 * runs with the user's rights: paths come from the user (`--plugin`, a trusted setting), never from a file.
 */
export async function loadPlugins(paths: readonly string[]): Promise<Result<Plugin[]>> {
  const loaded: Plugin[] = [];
  for (const path of paths) {
    const plugins = await importPlugins(path);
    if (!plugins.ok) return plugins;
    loaded.push(...plugins.value);
  }
  return ok(loaded);
}

async function importPlugins(path: string): Promise<Result<Plugin[]>> {
  try {
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
    const plugins = [module.default].flat() as Plugin[];
    const wrong = plugins.find((plugin) => !isPlugin(plugin));
    if (plugins.length > 0 && !wrong) return ok(plugins);
    const hint =
      'Its default export must be what definePlugin() returns, or a list of such, with a name `vendor/name`.';
    return fail('plugin-invalid', `${path} exports no plugin`, { hint });
  } catch (error) {
    return fail('plugin-unloadable', `${path}: ${(error as Error).message}`);
  }
}

function isPlugin(value: unknown): value is Plugin {
  const plugin = value as Plugin | undefined;
  return typeof plugin?.load === 'function' && typeof plugin.family === 'string' && NAME.test(plugin.name);
}
