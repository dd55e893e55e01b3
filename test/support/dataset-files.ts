import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Listing } from '../../server/src/plugins/declare.js';
import { findPlugin } from '../../server/src/plugins/registry.js';
import type { Problem, Result } from '../../server/src/protocol/errors.js';

/** An account that owns nothing. */
const NOBODY = 65534;

/** Writes files by their paths in a folder. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** What images hold does not matter to a listing. */
export function writeImages(folder: string, paths: readonly string[]): Promise<void> {
  return writeFiles(folder, Object.fromEntries(paths.map((path) => [path, 'an image'])));
}

/** Lists a data set as a run does: its parameters parsed, its plugin loaded. */
export async function list(use: string, params: Record<string, unknown>): Promise<Result<Listing>> {
  const plugin = findPlugin('dataset', use);
  if (!plugin) throw new Error(`No data set plugin is named ${use}`);
  const loaded = await plugin.load(plugin.params.parse(params), { folder: '', threads: 1 });
  if (!loaded.ok) return loaded;
  return loaded.value.list({ folder: '', signal: new AbortController().signal, progress: () => {} });
}

/** The listing of a data set that has nothing wrong with it. */
export async function listed(use: string, params: Record<string, unknown>): Promise<Listing> {
  const result = await list(use, params);
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
}

/** Why a data set could not be listed. */
export async function refused(use: string, params: Record<string, unknown>): Promise<Problem> {
  const result = await list(use, params);
  if (result.ok) throw new Error(`It was listed: ${JSON.stringify(result.value)}`);
  return result.problem;
}

/** Whose images they are, by id. */
export function identities({ images }: Listing): Record<string, string | null> {
  return Object.fromEntries(images.map(({ id, identity }) => [id, identity]));
}

/**
 * Does something while a folder cannot be read: by an account without rights where this one has all of them. The
 * folders around it must be open to anyone.
 */
export async function whileClosed<T>(folder: string, around: readonly string[], work: () => Promise<T>): Promise<T> {
  for (const open of around) await chmod(open, 0o755);
  await chmod(folder, 0o000);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
    await chmod(folder, 0o700);
  }
}
