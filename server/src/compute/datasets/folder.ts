import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Dataset, ImageEntry, ListContext, Listing } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { imageId, isImageName } from './image-id.js';

/** A folder in which each folder holds one identity's images, at any depth; images beside them have none. */
export class FolderDataset implements Dataset {
  constructor(private readonly root: string) {}

  async list({ signal }: Pick<ListContext, 'signal'>): Promise<Result<Listing>> {
    const images: ImageEntry[] = [];
    const visited = new Set<string>();
    const failed = await this.walk(this.root, images, visited, signal);
    return failed ?? ok({ images, missing: [] });
  }

  /** A folder is entered once, whatever links lead to it, so that a loop of links ends. */
  private async walk(
    folder: string,
    images: ImageEntry[],
    visited: Set<string>,
    signal: AbortSignal,
  ): Promise<Result<never> | undefined> {
    signal.throwIfAborted();
    const real = await realpath(folder).catch(() => folder);
    if (visited.has(real)) return undefined;
    visited.add(real);
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => error);
    if (entries instanceof Error) return unreadable(folder, entries);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue;
      const path = join(folder, entry.name);
      if (await isFolder(entry, path)) {
        const failed = await this.walk(path, images, visited, signal);
        if (failed) return failed;
      } else if (isImageName(entry.name)) images.push(this.entryOf(path));
    }
    return undefined;
  }

  private entryOf(file: string): ImageEntry {
    const id = imageId(relative(this.root, file));
    const slash = id.indexOf('/');
    return { id, file, identity: slash < 0 ? null : id.slice(0, slash) };
  }
}

async function isFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const target = await stat(path).catch(() => undefined);
  return target?.isDirectory() ?? false;
}

function unreadable(folder: string, error: NodeJS.ErrnoException): Result<never> {
  const hint = 'Change its permissions, or move it out of the data set.';
  return fail('folder-unreadable', `${folder}: ${error.message}`, { hint, specPath: ['dataset', 'root'] });
}
