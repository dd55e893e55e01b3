import { readFile, stat } from 'node:fs/promises';
import { decodeText } from '../../plugins/text.js';
import { fail, ok, type Result } from '../../protocol/errors.js';

/** An experiment file's text, in UTF-8 or UTF-16: `file-unreadable` where there is none. */
export async function readText(file: string): Promise<Result<string>> {
  try {
    const found = await stat(file);
    // A pipe that nobody writes to would be waited for, and a device need not end.
    if (!found.isFile() && !found.isDirectory())
      return fail('file-unreadable', `${file} is a pipe or a device, not a file`);
    return ok(decodeText(await readFile(file)));
  } catch (error) {
    return fail('file-unreadable', unreadable(file, error as NodeJS.ErrnoException));
  }
}

function unreadable(file: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return `There is no file ${file}`;
  return code === 'EISDIR' ? `${file} is a folder, not a file` : `${file}: ${message}`;
}
