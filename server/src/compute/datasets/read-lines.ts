import { readFile } from 'node:fs/promises';
import { fail, ok, type Result } from '../../protocol/errors.js';

/** A text file's lines without line breaks, a byte order mark or a last empty line. */
export async function readLines(file: string): Promise<Result<string[]>> {
  try {
    const text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '').trimEnd();
    return ok(text === '' ? [] : text.split(/\r?\n/));
  } catch (error) {
    return fail('file-unreadable', `${file}: ${(error as Error).message}`);
  }
}
