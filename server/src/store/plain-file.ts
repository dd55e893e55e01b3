import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';

export type Unfitness = 'missing' | 'no-file' | 'too-large' | 'unreadable' | 'altered';

/** A file that is not there, or is nothing that this product writes. */
export class UnfitFile extends Error {
  constructor(
    readonly file: string,
    readonly why: Unfitness,
    words: string,
  ) {
    super(`${file} ${words}`);
  }
}

/** What says nothing of a file: the process lacks something, and would read it another time. */
const SHORTAGES = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN']);
/** A pipe that nobody writes to would be waited for; a link may lead to one, or out of the folder. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
const CHUNK_BYTES = 2 ** 20;

/**
 * The bytes of a file of ours: no link, folder, pipe or device, and no larger than `most`. Throws `UnfitFile`, and the
 * system's error where the process lacks memory or file descriptors.
 */
export function readPlain(file: string, most: number): Promise<Buffer> {
  return withPlain(file, most, (handle) => handle.readFile());
}

/** Its SHA-256, whatever its size. Throws as `readPlain` does. */
export function hashPlain(file: string): Promise<string> {
  return withPlain(file, Number.POSITIVE_INFINITY, async (handle) => {
    const hash = createHash('sha256');
    // Memory for a large piece each would be most of what hashing many small files takes.
    const { size } = await handle.stat();
    const room = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size + 1));
    for (;;) {
      const { bytesRead } = await handle.read({ buffer: room });
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(room.subarray(0, bytesRead));
    }
  });
}

/** Its bytes, a piece at a time. Throws as `readPlain` does. */
export async function* readPieces(file: string): AsyncGenerator<Buffer> {
  const handle = await openPlain(file);
  try {
    yield* chunksOf(handle);
  } catch (error) {
    throw unfit(file, error);
  } finally {
    await handle.close();
  }
}

/** Its lines, as many at once as a read gives: to wait for each of a million lines takes longer than to read them. Throws as `readPlain` does. */
export async function* linesOf(file: string): AsyncGenerator<string[]> {
  let begun = '';
  const decoder = new TextDecoder();
  for await (const piece of readPieces(file)) {
    const lines = `${begun}${decoder.decode(piece, { stream: true })}`.split(/\r?\n/);
    begun = lines.pop() ?? '';
    yield lines;
  }
  if (begun) yield [begun];
}

async function withPlain<T>(file: string, most: number, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await openPlain(file, most);
  try {
    return await work(handle);
  } catch (error) {
    throw unfit(file, error);
  } finally {
    await handle.close();
  }
}

/** Opens it to be read. Throws as `readPlain` does. */
export async function openPlain(file: string, most = Number.POSITIVE_INFINITY): Promise<FileHandle> {
  try {
    // Not every system can be told not to follow a link; a device may do something as it is opened.
    if (!(await lstat(file)).isFile()) throw new UnfitFile(file, 'no-file', NO_FILE);
    const handle = await open(file, FLAGS);
    const found = await handle.stat();
    if (found.isFile() && found.size <= most) return handle;
    await handle.close();
    throw found.isFile() ? tooLarge(file, found.size, most) : new UnfitFile(file, 'no-file', NO_FILE);
  } catch (error) {
    throw unfit(file, error);
  }
}

const NO_FILE = 'is no file but a folder, a link, a pipe or a device';

function tooLarge(file: string, size: number, most: number): UnfitFile {
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MB`;
  return new UnfitFile(file, 'too-large', `has ${megabytes(size)}, and should have ${megabytes(most)} at most`);
}

async function* chunksOf(handle: FileHandle): AsyncGenerator<Buffer> {
  for (;;) {
    const { bytesRead, buffer } = await handle.read({ buffer: Buffer.allocUnsafe(CHUNK_BYTES) });
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The system's error as one of ours, unless it is a shortage or a bug. */
function unfit(file: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof UnfitFile || code === undefined || SHORTAGES.has(code)) return error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new UnfitFile(file, 'missing', 'is not there');
  if (code === 'ELOOP' || code === 'EISDIR') return new UnfitFile(file, 'no-file', NO_FILE);
  return new UnfitFile(file, 'unreadable', `cannot be read: ${message}`);
}
