import { pathKindOf } from '../../plugins/params.js';
import type { PluginUse } from '../../stages/spec.js';
import { pluginFor, type RunContext } from '../context.js';

/** The models that a perturbation looks into. */
export function surrogatesOf({ params }: PluginUse): readonly PluginUse[] {
  return Array.isArray(params.surrogates) ? (params.surrogates as PluginUse[]) : [];
}

/**
 * Whether a perturbation could look into the model that judges it: a surrogate has the same network, however it
 * is shown a face.
 */
export function isWhiteBox(context: Pick<RunContext, 'plugins'>, perturbation: PluginUse, judge: PluginUse): boolean {
  return surrogatesOf(perturbation).some((surrogate) => networkOf(context, surrogate) === networkOf(context, judge));
}

/** The plugin and the files it is told to read. */
function networkOf(context: Pick<RunContext, 'plugins'>, { use, params }: PluginUse): string {
  const schema = pluginFor(context, 'model', use).params;
  const files = Object.entries(params).filter(([name]) => pathKindOf(schema, name) !== undefined);
  return JSON.stringify([use, files]);
}

/** What results call a model that has no name of its own: its plugin, or its file's name. */
export function surrogateName(context: Pick<RunContext, 'plugins'>, { use, params }: PluginUse): string {
  const schema = pluginFor(context, 'model', use).params;
  const file = Object.entries(params).find(([name]) => pathKindOf(schema, name) === 'model')?.[1];
  return typeof file === 'string' ? (file.split(/[\\/]/).at(-1) ?? use) : use;
}
