import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';

const lockSchema = z.object({
  version: z.literal(1),
  /** By path in the repository. */
  files: z.record(z.string(), z.object({ sha256: z.string(), bytes: z.int().nonnegative(), from: z.string() })),
});
export type LockedFile = z.infer<typeof lockSchema>['files'][string];

export const LOCK_NAME = 'lookalike.lock.json';

/** What a model's files were when they were first fetched. */
export class LockFile {
  private constructor(
    readonly path: string,
    private readonly files: Record<string, LockedFile>,
  ) {}

  /** Of a model's folder; one that is damaged counts as none. */
  static async open(folder: string): Promise<LockFile> {
    const path = join(folder, LOCK_NAME);
    const text = await readFile(path, 'utf8').catch(() => '');
    return new LockFile(path, parsed(text));
  }

  get(file: string): LockedFile | undefined {
    return this.files[file];
  }

  async record(file: string, locked: LockedFile): Promise<void> {
    this.files[file] = locked;
    const temporary = `${this.path}.${process.pid}.tmp`;
    await writeFile(temporary, `${JSON.stringify({ version: 1, files: this.files }, null, 2)}\n`);
    await rename(temporary, this.path);
  }
}

function parsed(text: string): Record<string, LockedFile> {
  try {
    return lockSchema.parse(JSON.parse(text)).files;
  } catch {
    return {};
  }
}

/** SHA-256 of a file's content, or undefined where it is not there. */
export async function digestOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
