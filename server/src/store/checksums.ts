import { appendFile, lstat, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from './files.js';
import { hashPlain, readPlain, UnfitFile } from './plain-file.js';

export const CHECKSUMS = 'checksums.jsonl';
const MOST_BYTES = 512 * 2 ** 20;

/** Whether a file is what was written under its name; a file that nothing is known of may be an earlier version's. */
export type Standing = 'sound' | 'damaged' | 'missing' | 'unknown';

/**
 * The SHA-256 of each file that was written into a folder, in `checksums.jsonl`: a line is added before a file is
 * written or replaced, so that whenever a process is killed every whole file has its line. A line holds a checksum over
 * itself and `key`, which says whose folder it is; one that does not match is passed over.
 */
export class Checksums {
  private readonly known = new Map<string, Set<string>>();

  private constructor(
    readonly folder: string,
    private readonly key: string,
    private readonly synced: boolean,
  ) {}

  /**
   * `synced`: lines are to be on the disk before the files that they are of. Throws the system's error where the process
   * lacks memory or file descriptors.
   */
  static async open(folder: string, key: string, { synced = false } = {}): Promise<Checksums> {
    const text = await readPlain(join(folder, CHECKSUMS), MOST_BYTES).catch((error) => {
      if (error instanceof UnfitFile) return undefined;
      throw error;
    });
    const checksums = new Checksums(folder, key, synced);
    for (const line of text?.toString('utf8').split('\n') ?? []) checksums.learn(line);
    return checksums;
  }

  /** To be called before the file is written. */
  async note(name: string, ...content: (Uint8Array | string)[]): Promise<void> {
    const hash = sha256(...content);
    if (this.known.get(name)?.has(hash)) return;
    this.add(name, hash);
    await this.append(`\n${JSON.stringify([name, hash, this.checkOf(name, hash)])}\n`);
  }

  /** Of content that was read from the file. */
  knows(name: string, ...content: (Uint8Array | string)[]): boolean {
    return this.isKnown(name, sha256(...content));
  }

  /** Whether anything was written under the name. */
  lists(name: string): boolean {
    return this.known.has(name);
  }

  private isKnown(name: string, hash: string): boolean {
    return this.known.get(name)?.has(hash) ?? false;
  }

  /** Reads the file to its end. */
  async standing(name: string): Promise<Standing> {
    try {
      const hash = await hashPlain(join(this.folder, name));
      if (!this.lists(name)) return 'unknown';
      return this.isKnown(name, hash) ? 'sound' : 'damaged';
    } catch (error) {
      if (!(error instanceof UnfitFile)) throw error;
      return error.why === 'missing' ? 'missing' : 'damaged';
    }
  }

  private learn(line: string): void {
    try {
      const [name, hash, check] = JSON.parse(line) as [string, string, string];
      if (check === this.checkOf(name, hash)) this.add(name, hash);
    } catch {
      // An empty line, or the end of one that a killed run did not finish.
    }
  }

  private add(name: string, hash: string): void {
    this.known.set(name, (this.known.get(name) ?? new Set()).add(hash));
  }

  private checkOf(name: string, hash: string): string {
    return sha256(JSON.stringify([this.key, name, hash])).slice(0, 16);
  }

  private async append(line: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const file = join(this.folder, CHECKSUMS);
    const found = await lstat(file).catch(() => undefined);
    if (found && !found.isFile()) await rm(file, { recursive: true, force: true });
    if (!this.synced) return appendFile(file, line, { mode: 0o600 });
    const handle = await open(file, 'a', 0o600);
    try {
      await handle.writeFile(line);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
