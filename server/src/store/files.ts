import { createHash, hash as hashOnce, randomBytes } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { canonicalJson } from '../protocol/canonical-json.js';

/** Windows refuses a rename while a virus scanner or an indexer holds the file; it lets go soon. */
const RENAME_TRIES = 8;
const RETRIED = new Set(['EPERM', 'EACCES', 'EBUSY']);

/** Files that are being written: a process that ends meanwhile, as for a full disk, takes them along. */
const unfinished = new Set<string>();
process.once('exit', () => {
  for (const file of unfinished) rmSync(file, { force: true });
});

type Chunk = Uint8Array | string | AsyncIterable<Uint8Array | string>;

/**
 * Writes a file whole or not at all: to a temporary name in the same folder, to the disk, then renamed.
 * Throws the file system's error (a full disk, a read-only folder) after removing the temporary file.
 */
export async function writeAtomically(file: string, ...chunks: Chunk[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  unfinished.add(temporary);
  try {
    await writeAndSync(temporary, chunks);
    await renameStubbornly(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    unfinished.delete(temporary);
  }
}

/** Writes a file of the private folder whole or not at all, over whatever is in its place: a folder goes. */
export async function writeOver(file: string, ...chunks: (Uint8Array | string)[]): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  if (found?.isDirectory()) await rm(file, { recursive: true, force: true });
  await writeAtomically(file, ...chunks);
}

async function writeAndSync(file: string, chunks: Chunk[]): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    for (const chunk of chunks) {
      const pieces = typeof chunk === 'string' || chunk instanceof Uint8Array ? [chunk] : chunk;
      for await (const piece of pieces) await handle.writeFile(piece);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function renameStubbornly(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (attempt === RENAME_TRIES || !RETRIED.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      await delay(2 ** attempt);
    }
  }
}

export function sha256(...chunks: (Uint8Array | string)[]): string {
  const [first, ...others] = chunks;
  // At once it takes a quarter of the time, which counts where there are millions of short ones.
  if (first !== undefined && others.length === 0) return hashOnce('sha256', first);
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** Of a list that is hashed part by part. */
const PART = 4096;

/**
 * A short content address of a JSON value; the order of an object's keys does not matter. A list may be of millions: its
 * text is never there as a whole.
 */
export function keyOf(value: unknown): string {
  if (!Array.isArray(value) || value.length <= PART) return sha256(canonicalJson(value)).slice(0, 32);
  const hash = createHash('sha256');
  for (let first = 0; first < value.length; first += PART) {
    const text = canonicalJson(value.slice(first, first + PART));
    hash.update(first === 0 ? '[' : ',').update(text.slice(1, -1));
  }
  return hash.update(']').digest('hex').slice(0, 32);
}
