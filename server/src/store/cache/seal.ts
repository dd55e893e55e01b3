import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile, writeAtomically } from '../files.js';

const SEAL = 'seal.json';

/**
 * Declares a cache folder finished: writes down `facts` and the checksum of each file in it. A folder without
 * a seal, or with a file that does not match it, is not there as far as `readSeal` is concerned.
 */
export async function sealFolder(folder: string, facts: unknown): Promise<void> {
  const files: Record<string, string> = {};
  for (const name of await contentOf(folder)) files[name] = await hashFile(join(folder, name));
  await writeAtomically(join(folder, SEAL), JSON.stringify({ facts, files }));
}

/** The facts of a sealed folder whose files are all as they were; undefined for any other. */
export async function readSeal<T>(folder: string): Promise<T | undefined> {
  try {
    const { facts, files } = JSON.parse(await readFile(join(folder, SEAL), 'utf8'));
    for (const [name, checksum] of Object.entries(files)) {
      if ((await hashFile(join(folder, name))) !== checksum) return undefined;
    }
    return facts;
  } catch {
    return undefined;
  }
}

async function contentOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.filter((name) => name !== SEAL && !name.endsWith('.tmp'));
}
