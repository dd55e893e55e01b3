import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';

/**
 * A file that is on its way: `NAME.part`, and beside it the tag by which the server knows its content. Only a whole one
 * gets the file's own name.
 */
export class PartFile {
  private constructor(
    private readonly target: string,
    /** Bytes that are there. */
    size: number,
    private tag: string | undefined,
  ) {
    this.size = size;
  }

  size: number;

  static async open(target: string): Promise<PartFile> {
    const tag = await readFile(`${target}.part.etag`, 'utf8').catch(() => undefined);
    const size = await stat(`${target}.part`).then(
      ({ size }) => size,
      () => 0,
    );
    return new PartFile(target, tag ? size : 0, tag);
  }

  get path(): string {
    return `${this.target}.part`;
  }

  /** Asks for what is missing, and for everything where the content has changed since. */
  get headers(): Record<string, string> {
    return this.size > 0 && this.tag ? { range: `bytes=${this.size}-`, 'if-range': this.tag } : {};
  }

  /** Begins anew with content of that tag. Only a strong tag promises the same bytes. */
  async restart(etag: string | undefined): Promise<void> {
    this.size = 0;
    this.tag = etag?.startsWith('"') ? etag : undefined;
    await rm(`${this.path}.etag`, { force: true });
    await writeFile(this.path, '');
    if (this.tag) await writeFile(`${this.path}.etag`, this.tag);
  }

  /** Adds what comes, and counts it as it comes. */
  async append(chunks: AsyncIterable<Uint8Array>, onBytes: (size: number) => void): Promise<void> {
    const file: FileHandle = await open(this.path, 'a');
    try {
      for await (const chunk of chunks) {
        await file.write(chunk);
        this.size += chunk.length;
        onBytes(this.size);
      }
    } finally {
      await file.close();
    }
  }

  /** Gives the whole file its own name. */
  async finish(): Promise<void> {
    await rename(this.path, this.target);
    await rm(`${this.path}.etag`, { force: true });
  }

  async discard(): Promise<void> {
    this.size = 0;
    await rm(this.path, { force: true });
    await rm(`${this.path}.etag`, { force: true });
  }
}
