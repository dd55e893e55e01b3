import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

export const HOME_NAME = '.lookalike';

/**
 * The private folder of an experiment file: at the nearest ancestor that holds `.lookalike` or `.git`,
 * else beside the file. It may not exist yet.
 */
export function homeOf(file: string): string {
  const beside = dirname(resolve(file));
  return join(nearestRoot(beside) ?? beside, HOME_NAME);
}

function nearestRoot(folder: string): string | undefined {
  if (existsSync(join(folder, HOME_NAME)) || existsSync(join(folder, '.git'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestRoot(parent);
}

/** Makes the folder, readable by its owner alone and ignored by git: embeddings of faces are biometric data. */
export async function createHome(home: string): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(join(home, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Removes the folder with every embedding, cache and run in it. */
export async function purgeHome(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true, maxRetries: 3 });
}

/** Where things are kept below the private folder. */
export class CacheFolders {
  constructor(readonly home: string) {}

  of(...parts: string[]): string {
    return join(this.home, 'cache', ...parts);
  }
}
