import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ProblemError } from '../../protocol/errors.js';

/** A file with the SHA-256 of its content when the run began. */
export interface HashedFile {
  readonly file: string;
  readonly hash: string;
}

/** Images being read and decoded at once: as many as the threads that decode. */
export const DECODING = 4;

/** What the machine or a permission lacks, which says nothing of whether the file is there. */
const NOT_OF_THE_FILE = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EACCES', 'EPERM']);

/**
 * The bytes that were hashed: what is computed from a file is kept under its hash. Throws a `ProblemError` with
 * `image-changed` or `image-gone` where they are no more, and the file system's error where it lacks what reading takes.
 */
export async function readUnchanged({ file, hash }: HashedFile): Promise<Uint8Array> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (NOT_OF_THE_FILE.has(error.code ?? '')) throw error;
    throw new ProblemError({
      code: 'image-gone',
      message: `${file} could be read when the run began and cannot now: ${error.message}`,
      hint: 'Run again: what was computed is kept.',
    });
  });
  requireUnchanged({ file, hash }, bytes);
  return bytes;
}

/** Throws `image-changed` where the bytes are not those that were hashed. */
export function requireUnchanged({ file, hash }: HashedFile, bytes: Uint8Array): void {
  if (createHash('sha256').update(bytes).digest('hex') === hash) return;
  throw new ProblemError({
    code: 'image-changed',
    message: `${file} changed while the run was reading it`,
    hint: 'Run again when nothing writes to the data set: what was computed is kept.',
  });
}
