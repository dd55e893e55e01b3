import type { Family, Plugin } from '../plugins/declare.js';
import { pluginListsOf } from '../plugins/params.js';
import type { Problem } from '../protocol/errors.js';
import { formatPath } from '../protocol/figure-path.js';
import type { Permission } from '../protocol/problem.js';
import type { ExperimentSpec, PluginUse } from '../stages/spec.js';
import type { SpecPath } from './syntax/tree.js';

/** A plugin where an experiment uses it. */
export interface PlacedUse {
  readonly family: Family;
  readonly use: PluginUse;
  readonly at: SpecPath;
}

/** Every plugin that an experiment uses, in the order of its keys, each before those among its parameters. */
export function usesOf(spec: Partial<ExperimentSpec>, plugins: readonly Plugin[]): PlacedUse[] {
  return sectionsOf(spec).flatMap((placed) => withNested(placed, plugins));
}

function withNested(placed: PlacedUse, plugins: readonly Plugin[]): PlacedUse[] {
  const plugin = pluginOf(placed, plugins);
  const nested = (plugin ? pluginListsOf(plugin.params) : []).flatMap(({ key, family }) => {
    const uses = (placed.use.params[key] ?? []) as readonly PluginUse[];
    return uses.map((use, n) => ({ family, use, at: [...placed.at, key, n] }));
  });
  return nested.length === 0 ? [placed] : [placed, ...nested.flatMap((inner) => withNested(inner, plugins))];
}

function sectionsOf(spec: Partial<ExperimentSpec>): PlacedUse[] {
  const { dataset, gallery, embed, index, poison, countermeasures, retrieve } = spec;
  return [
    ...(dataset ? [{ family: 'dataset' as const, use: dataset, at: ['dataset'] }] : []),
    ...(gallery ? [{ family: 'dataset' as const, use: gallery, at: ['gallery'] }] : []),
    ...(embed?.models ?? []).map((use, n) => ({ family: 'model' as const, use, at: ['embed', 'models', n] })),
    ...(index ? [{ family: 'index' as const, use: index, at: ['index'] }] : []),
    ...(poison ?? []).map((use) => ({ family: 'perturbation' as const, use, at: ['poison', use.name] })),
    ...(countermeasures ?? []).map((use) => ({
      family: 'countermeasure' as const,
      use,
      at: ['countermeasures', use.name],
    })),
    ...(retrieve ? [{ family: 'retrieval' as const, use: retrieve, at: ['retrieve'] }] : []),
  ];
}

/** What an experiment may only do with the user's yes, and where it says so. */
export function permissionsNeeded(
  spec: Partial<ExperimentSpec>,
  plugins: readonly Plugin[],
): (PlacedUse & { readonly permission: Permission })[] {
  return permissionsOf(usesOf(spec, plugins), plugins);
}

/** The same of uses that are known already. */
export function permissionsOf(
  uses: readonly PlacedUse[],
  plugins: readonly Plugin[],
): (PlacedUse & { readonly permission: Permission })[] {
  return uses.flatMap((placed) => {
    const plugin = pluginOf(placed, plugins);
    const permission = plugin?.permission?.(placed.use.params);
    return permission ? { ...placed, permission } : [];
  });
}

/** What is missing of the user's yes; the problem is `permission-needed`. A file says what it wants, only the user that it may. */
export function missingPermission(
  spec: Partial<ExperimentSpec>,
  plugins: readonly Plugin[],
  allowed: readonly Permission[],
): Problem | undefined {
  const missing = permissionsNeeded(spec, plugins).find(({ permission }) => !allowed.includes(permission));
  if (!missing) return undefined;
  const { at, use, permission } = missing;
  return {
    code: 'permission-needed',
    message: `${formatPath(at)} (${use.use}) ${PERMISSIONS[permission]}`,
    specPath: [...at],
    hint: `Look at what the file says there; then run it with --allow ${permission}.`,
    remedy: { allow: permission },
  };
}

const PERMISSIONS: Readonly<Record<Permission, string>> = {
  command: 'runs a program of this machine, which needs your yes',
  remote: 'sends images, or embeddings of them, to another machine, which needs your yes',
};

/**
 * What is wanting of the weights that a run loads; the problem is `weights-missing`. `stage` is where it stops: only
 * the embedded models are sure to be needed then.
 */
export function missingWeights(
  spec: Partial<ExperimentSpec>,
  plugins: readonly Plugin[],
  stage?: string,
): Problem | undefined {
  for (const placed of usesOf(spec, plugins)) {
    if (stage !== undefined && placed.at[0] !== 'embed') continue;
    const found = pluginOf(placed, plugins)?.modelFiles?.(placed.use.params);
    if (found && !found.ok) return { ...found.problem, code: 'weights-missing', specPath: [...placed.at] };
  }
  return undefined;
}

export function pluginOf({ family, use }: PlacedUse, plugins: readonly Plugin[]): Plugin | undefined {
  const known = byName.get(plugins) ?? new Map<Family, Map<string, Plugin>>();
  if (known.size === 0) {
    for (const plugin of plugins.toReversed()) {
      known.set(plugin.family, (known.get(plugin.family) ?? new Map<string, Plugin>()).set(plugin.name, plugin));
    }
    byName.set(plugins, known);
  }
  return known.get(family)?.get(use.use);
}

/** A file may ask for thousands; of two of one name, which no list should have, the first counts. */
const byName = new WeakMap<readonly Plugin[], Map<Family, Map<string, Plugin>>>();
