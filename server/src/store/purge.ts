import { lstat, readdir, readlink, realpath, rm, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Result } from '../protocol/errors.js';
import { foreignBehindLink } from './home.js';
import { runGoingOnIn } from './run-folder/run-folder.js';

/** What became of a private folder. */
export interface Purged {
  /** Absolute paths: of the folder and, where that was a link, of what it led to. */
  readonly removed: readonly string[];
  /** What links in it led to, which is left. */
  readonly left: readonly string[];
}

export interface PurgeOptions {
  readonly dryRun?: boolean;
  /** Called before anything is removed, where all can be: removes what belongs to the folder and lies elsewhere. */
  readonly before?: (home: string) => Promise<void>;
}

/**
 * Removes a private folder with every embedding, cache and run in it; `dryRun` says what it would remove. Problems:
 * `run-going-on`; `home-unfit`, where the folder is a link to something else; `purge-incomplete`, where the system keeps
 * some of it.
 */
export async function purgeHome(home: string, { dryRun = false, before }: PurgeOptions = {}): Promise<Result<Purged>> {
  try {
    const busy = await runGoingOnIn(home);
    if (busy) return fail('run-going-on', `${busy.file} is being run into ${home}`, { hint: 'Cancel it first.' });
    const found = await lstat(home).catch(() => undefined);
    if (!found) return ok({ removed: [], left: [] });
    const target = await realpath(home).catch(() => undefined);
    const foreign = target === undefined ? undefined : await foreignBehindLink(home);
    if (foreign) return foreign;
    const left = target === undefined ? [] : await linksIn(target);
    if (target !== undefined) await before?.(target);
    const removed = [...new Set([home, ...(target === undefined ? [] : [target])])];
    if (!dryRun && target !== undefined) await removeAll(target);
    if (!dryRun && found.isSymbolicLink()) await unlink(home);
    return ok({ removed: found.isSymbolicLink() ? removed : [home], left });
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const busy = code === 'EBUSY' ? 'It is mounted, or in use: unmount it or end what uses it. ' : '';
    const hint = `${busy}Then purge again, or remove what is left by hand.`;
    return fail('purge-incomplete', `${path ?? home} cannot be removed: ${message}`, { hint });
  }
}

async function removeAll(folder: string): Promise<void> {
  // What is in it first: the folder itself may be one that a disk is mounted on.
  for (const name of await readdir(folder))
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
  await rmdir(folder);
}

/** What links lead to: they are removed, and that is not. */
async function linksIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const links = entries.filter((entry) => entry.isSymbolicLink()).map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(links.map(async (link) => realpath(link).catch(() => readlink(link))));
}
