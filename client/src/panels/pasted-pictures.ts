import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Pictures that were pasted or dropped, as files that the process that searches can read: in a temporary folder that is its
 * owner's alone, for as long as a panel is there.
 */
export class PastedPictures {
  private folder: Promise<string> | undefined;
  private kept = 0;

  /** The file of a picture, under its own name as far as that can name a file. */
  async keep(name: string, bytes: Uint8Array): Promise<string> {
    this.folder ??= mkdtemp(join(tmpdir(), 'lookalike-pasted-'));
    const own = join(await this.folder, String(this.kept++));
    await mkdir(own);
    const file = join(
      own,
      name
        .replace(/[^\p{L}\p{N}. _-]/gu, '_')
        .replace(/^\.+/, '')
        .slice(-LONGEST_NAME) || 'picture',
    );
    await writeFile(file, bytes, { mode: 0o600 });
    return file;
  }

  async dispose(): Promise<void> {
    if (this.folder) await rm(await this.folder, { recursive: true, force: true });
  }
}

const LONGEST_NAME = 100;
