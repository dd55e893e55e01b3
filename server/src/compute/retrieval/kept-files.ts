import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files of a private folder, each written whole or not at all. */
export class KeptFiles {
  private readonly own = new Set<string>();

  constructor(private readonly folder: string) {}

  /** Absolute path of a file, which need not be there. */
  pathOf(name: string): string {
    return join(this.folder, name);
  }

  /** Whether it is kept; where `useCache` is false, only what this object wrote counts. */
  async has(name: string, useCache: boolean): Promise<boolean> {
    if (!useCache && !this.own.has(name)) return false;
    return access(this.pathOf(name)).then(
      () => true,
      () => false,
    );
  }

  /** What is kept, if `has` says so. */
  async read(name: string, useCache: boolean): Promise<Buffer | undefined> {
    if (!useCache && !this.own.has(name)) return undefined;
    try {
      return await readFile(this.pathOf(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    const file = this.pathOf(name);
    await mkdir(dirname(file), { recursive: true });
    const temporary = `${file}.${randomUUID()}.tmp`;
    await writeFile(temporary, content, { mode: 0o600 });
    await rename(temporary, file);
    this.own.add(name);
  }
}

/** A name by which content, or what was asked for, is found again. */
export function nameOf(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
