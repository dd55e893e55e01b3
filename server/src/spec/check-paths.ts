import { stat } from 'node:fs/promises';
import type { Plugin } from '../plugins/declare.js';
import { type PathKind, pathKindOf } from '../plugins/params.js';
import type { Diagnostic } from './diagnostics.js';
import { type PlacedUse, pluginOf, usesOf } from './plugin-uses.js';
import type { ReadExperiment } from './read.js';
import type { SpecPath } from './tree.js';

/** Checks that the files and folders that a valid experiment names are there. */
export async function checkPaths(read: ReadExperiment, plugins: readonly Plugin[]): Promise<Diagnostic[]> {
  if (!read.spec) return [];
  const named = usesOf(read.spec, plugins).flatMap((placed) => pathsOf(placed, plugins));
  const checked = await Promise.all(named.map((path) => checkPath(read, path)));
  return checked.filter((diagnostic) => diagnostic !== undefined);
}

interface NamedPath {
  readonly kind: PathKind;
  readonly path: string;
  readonly at: SpecPath;
}

function pathsOf(placed: PlacedUse, plugins: readonly Plugin[]): NamedPath[] {
  const plugin = pluginOf(placed, plugins);
  return Object.entries(placed.use.params).flatMap(([key, value]) => {
    const kind = plugin && pathKindOf(plugin.params, key);
    return kind && typeof value === 'string' ? [{ kind, path: value, at: [...placed.at, key] }] : [];
  });
}

async function checkPath(read: ReadExperiment, { kind, path, at }: NamedPath): Promise<Diagnostic | undefined> {
  const found = await stat(path).catch(() => undefined);
  const fits = {
    folder: found?.isDirectory(),
    weights: found !== undefined,
    file: found?.isFile(),
    model: found?.isFile(),
  };
  if (fits[kind]) return undefined;
  const what = { folder: kind, weights: 'model file or folder', file: kind, model: 'model file' }[kind];
  const message = found ? `${path} is not a ${what}` : `There is no ${what} ${path}`;
  const hint = 'Paths are relative to the experiment file.';
  return { code: 'path-missing', severity: 'error', path: at, message, range: read.rangeOf(at), hint };
}
