import { readFile, realpath, stat } from 'node:fs/promises';
import { decodeText, isSystemPath } from '../../plugins/text.js';
import { fail, ok, type Result } from '../../protocol/errors.js';

/** More than a table of a hundred million images has, and less than what a string can hold. */
const LARGEST_BYTES = 400 * 2 ** 20;

/** The text of a table, in UTF-8 or UTF-16: `file-unreadable` where it is no plain file. */
export async function readTable(file: string): Promise<Result<string>> {
  try {
    const found = await stat(file);
    if ((!found.isFile() && !found.isDirectory()) || isSystemPath(await realpath(file)))
      throw new Error('it is no plain file');
    if (found.size > LARGEST_BYTES) throw new Error(`it has ${found.size} bytes, more than a table`);
    return ok(decodeText(await readFile(file)));
  } catch (error) {
    return fail('file-unreadable', `${file}: ${(error as Error).message}`);
  }
}

/** A table's lines without line breaks, a byte order mark or a last empty line. */
export async function readLines(file: string): Promise<Result<string[]>> {
  const read = await readTable(file);
  if (!read.ok) return read;
  const text = read.value.replace(/^\uFEFF/, '').trimEnd();
  return ok(text === '' ? [] : text.split(/\r?\n/));
}
