import { join } from 'node:path';
import { Checksums } from '../checksums.js';
import { sha256, writeOver } from '../files.js';
import { readPlain, UnfitFile } from '../plain-file.js';
import { sayDamaged } from './damage.js';
import { keyOfFolder } from './sealed.js';

const MOST_BYTES = 2 ** 30;

/**
 * Files of a private folder, each written whole or not at all, and believed where it has the checksum that was written
 * down for its name in this folder.
 */
export class KeptFiles {
  private readonly own = new Set<string>();
  private checksums: Promise<Checksums> | undefined;

  constructor(private readonly folder: string) {}

  /** Absolute path of a file, which need not be there. */
  pathOf(name: string): string {
    return join(this.folder, name);
  }

  /** Whether it is kept; where `useCache` is false, only what this object wrote counts. */
  async has(name: string, useCache = true): Promise<boolean> {
    if (!useCache && !this.own.has(name)) return false;
    const standing = await (await this.opened()).standing(name);
    if (standing === 'damaged') sayDamaged(this.pathOf(name));
    return standing === 'sound';
  }

  /** What is kept, if `has` says so. */
  async read(name: string, useCache = true): Promise<Buffer | undefined> {
    if (!useCache && !this.own.has(name)) return undefined;
    const checksums = await this.opened();
    try {
      const bytes = await readPlain(this.pathOf(name), MOST_BYTES);
      if (checksums.knows(name, bytes)) return bytes;
      // What has no line is an earlier version's.
      if (!checksums.lists(name)) return undefined;
    } catch (error) {
      if (!(error instanceof UnfitFile)) throw error;
      if (error.why === 'missing') return undefined;
    }
    sayDamaged(this.pathOf(name));
    return undefined;
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    await (await this.opened()).note(name, content);
    await writeOver(this.pathOf(name), content);
    this.own.add(name);
  }

  private opened(): Promise<Checksums> {
    this.checksums ??= Checksums.open(this.folder, keyOfFolder(this.folder));
    return this.checksums;
  }
}

/** A name by which content, or what was asked for, is found again. */
export function nameOf(...parts: (string | Uint8Array)[]): string {
  return sha256(...parts.flatMap((part) => [part, '\0']));
}
