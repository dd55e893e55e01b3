import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hashPlain, UnfitFile } from '../plain-file.js';
import { sayDamaged } from './damage.js';
import { keyOfFolder, readSealed, writeSealed } from './sealed.js';

const SEAL = 'seal.json';

interface Seal<T> {
  readonly facts: T;
  /** The checksum of each file. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Declares a cache folder finished: writes down `facts` and the checksum of each file in it, for this folder alone. A
 * folder without a seal, or with a file that does not match it, is not there as far as `readSeal` is concerned.
 */
export async function sealFolder(folder: string, facts: unknown): Promise<void> {
  const files: Record<string, string> = {};
  for (const name of await contentOf(folder)) files[name] = await hashPlain(join(folder, name));
  await writeSealed(join(folder, SEAL), keyOfFolder(folder), { facts, files } satisfies Seal<unknown>);
}

/** Whether a folder's facts are there, by its seal alone: nothing is read beside it, and nothing removed. */
export async function hasSeal(folder: string): Promise<boolean> {
  return (await readSealed<Seal<unknown>>(join(folder, SEAL), keyOfFolder(folder))) !== undefined;
}

/**
 * The facts of a sealed folder whose files are all as they were; undefined for any other. What is left of a damaged
 * one is removed, so that it can be written again.
 */
export async function readSeal<T>(folder: string): Promise<T | undefined> {
  const seal = await readSealed<Seal<T>>(join(folder, SEAL), keyOfFolder(folder));
  const damaged = seal && (await firstDamaged(folder, seal));
  if (!damaged) return seal?.facts;
  sayDamaged(damaged);
  await rm(folder, { recursive: true, force: true });
  return undefined;
}

async function firstDamaged(folder: string, { files }: Seal<unknown>): Promise<string | undefined> {
  for (const [name, checksum] of Object.entries(files)) {
    const file = join(folder, name);
    const found = await hashPlain(file).catch((error) => {
      if (error instanceof UnfitFile) return undefined;
      throw error;
    });
    if (found !== checksum) return file;
  }
  return undefined;
}

async function contentOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.filter((name) => name !== SEAL && !name.endsWith('.tmp'));
}
