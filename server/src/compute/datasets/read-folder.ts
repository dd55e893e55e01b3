import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fail, ok, type Result } from '../../protocol/errors.js';

/** What a folder holds, ordered by name. Fails with `folder-unreadable`. */
export async function readFolder(folder: string): Promise<Result<Dirent[]>> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return ok(entries.sort((a, b) => (a.name < b.name ? -1 : 1)));
  } catch (error) {
    const hint = 'Change its permissions, or move it out of the data set.';
    return fail('folder-unreadable', `${folder}: ${(error as Error).message}`, { hint });
  }
}
