import type { Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { decodeText, isSystemPath } from './text.js';

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

/** What checks and completion may ask of the disk. Nothing throws: what cannot be read is not there. */
export interface Files {
  kindOf(path: string): Promise<'file' | 'folder' | undefined>;
  /** Of a file, in bytes. */
  sizeOf(path: string): Promise<number | undefined>;
  /** What a folder holds, links followed, in the order of the names. */
  list(folder: string): Promise<readonly DirectoryEntry[]>;
  /** The first bytes of a plain file as text, in UTF-8 or UTF-16. */
  readStart(file: string, bytes: number): Promise<string | undefined>;
}

export const filesOnDisk: Files = {
  kindOf,
  sizeOf,

  async list(folder) {
    const found = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
    const entries = await Promise.all(
      found.map(async (entry) => ({ name: entry.name, kind: await kindOfEntry(folder, entry) })),
    );
    return entries.filter((entry): entry is DirectoryEntry => entry.kind !== undefined).sort(byName);
  },

  async readStart(file, bytes) {
    if ((await kindOf(file)) !== 'file') return undefined;
    const handle = await open(file, 'r').catch(() => undefined);
    if (!handle) return undefined;
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
      return decodeText(buffer.subarray(0, bytesRead));
    } catch {
      return undefined;
    } finally {
      await handle.close();
    }
  },
};

/** Devices, and what the system says of itself, are neither: what is below /proc looks like plain files. */
async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found || isSystemPath(await realpath(path).catch(() => path))) return undefined;
  if (found.isDirectory()) return 'folder';
  return found.isFile() ? 'file' : undefined;
}

/** Only of a link is more to be asked than its folder says. */
async function kindOfEntry(folder: string, entry: Dirent): Promise<'file' | 'folder' | undefined> {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? kindOf(`${folder}/${entry.name}`) : undefined;
}

async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}

function byName(a: DirectoryEntry, b: DirectoryEntry): number {
  return a.name < b.name ? -1 : 1;
}
