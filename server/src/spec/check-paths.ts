import { stat } from 'node:fs/promises';
import type { Family, Plugin } from '../plugins/declare.js';
import { type PathKind, pathKindOf } from '../plugins/params.js';
import type { Diagnostic } from './diagnostics.js';
import type { ReadExperiment } from './read.js';
import type { SpecPath } from './tree.js';
import type { ExperimentSpec, PluginUse } from './types.js';

/** Checks that the files and folders that a valid experiment names are there. */
export async function checkPaths(read: ReadExperiment, plugins: readonly Plugin[]): Promise<Diagnostic[]> {
  if (!read.spec) return [];
  const named = usesOf(read.spec).flatMap((use) => pathsOf(use, plugins));
  const checked = await Promise.all(named.map((path) => checkPath(read, path)));
  return checked.filter((diagnostic) => diagnostic !== undefined);
}

interface Used {
  readonly family: Family;
  readonly use: PluginUse;
  readonly at: SpecPath;
}

function usesOf({ dataset, gallery, embed, poison }: ExperimentSpec): Used[] {
  return [
    { family: 'dataset', use: dataset, at: ['dataset'] },
    ...(gallery ? [{ family: 'dataset' as const, use: gallery, at: ['gallery'] }] : []),
    ...(embed?.models ?? []).map((use, n) => ({ family: 'model' as const, use, at: ['embed', 'models', n] })),
    ...(poison ?? []).map((use) => ({ family: 'perturbation' as const, use, at: ['poison', use.name] })),
  ];
}

interface NamedPath {
  readonly kind: PathKind;
  readonly path: string;
  readonly at: SpecPath;
}

function pathsOf({ family, use, at }: Used, plugins: readonly Plugin[]): NamedPath[] {
  const plugin = plugins.find((candidate) => candidate.family === family && candidate.name === use.use);
  return Object.entries(use.params).flatMap(([key, value]) => {
    const kind = plugin && pathKindOf(plugin.params, key);
    return kind && typeof value === 'string' ? [{ kind, path: value, at: [...at, key] }] : [];
  });
}

async function checkPath(read: ReadExperiment, { kind, path, at }: NamedPath): Promise<Diagnostic | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (kind === 'folder' ? found?.isDirectory() : found?.isFile()) return undefined;
  const what = kind === 'model' ? 'model file' : kind;
  const message = found ? `${path} is not a ${what}` : `There is no ${what} ${path}`;
  const hint = 'Paths are relative to the experiment file.';
  return { code: 'path-missing', severity: 'error', path: at, message, range: read.rangeOf(at), hint };
}
