import { open, readdir, realpath, stat } from 'node:fs/promises';

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
  /** The first bytes of a file as UTF-8. */
  readStart(file: string, bytes: number): Promise<string | undefined>;
}

/** What a system says of itself, secrets in the environment among them, is no table and no model. */
const OF_THE_SYSTEM = /^\/(?:proc|sys|dev)\//;

export const filesOnDisk: Files = {
  kindOf,
  sizeOf,

  async list(folder) {
    const names = await readdir(folder).catch(() => []);
    const entries = await Promise.all(names.map(async (name) => ({ name, kind: await kindOf(`${folder}/${name}`) })));
    return entries.filter((entry): entry is DirectoryEntry => entry.kind !== undefined).sort(byName);
  },

  async readStart(file, bytes) {
    const real = await realpath(file).catch(() => undefined);
    const isPlain = real !== undefined && !OF_THE_SYSTEM.test(real) && (await stat(real)).isFile();
    const handle = isPlain ? await open(real, 'r').catch(() => undefined) : undefined;
    if (!handle) return undefined;
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } catch {
      return undefined;
    } finally {
      await handle.close();
    }
  },
};

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return 'folder';
  return found?.isFile() ? 'file' : undefined;
}

async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}

function byName(a: DirectoryEntry, b: DirectoryEntry): number {
  return a.name < b.name ? -1 : 1;
}
