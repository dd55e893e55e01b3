import { randomBytes } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { decodeText } from '../../plugins/text.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { ranAs } from '../../store/run-folder/run-again.js';

/**
 * Puts a text into a user's file in the place of the one that was read from it: whole or not at all, its mode kept, a
 * link left to lead where it does. Problems: `file-of-run`, `file-not-utf8`, `file-changed`, `file-unwritable`; nothing is written then.
 */
export async function replaceText(file: string, before: string, after: string): Promise<Result<void>> {
  try {
    const target = await realpath(file);
    if (await ranAs(target)) {
      const hint = 'Change the experiment’s own file.';
      return fail('file-of-run', `${file} is what a run keeps of its experiment`, { hint });
    }
    const bytes = await readFile(target);
    if (decodeText(bytes) !== before)
      return fail('file-changed', `${file} was changed meanwhile`, { hint: 'Try again.' });
    if (!bytes.equals(Buffer.from(before))) {
      return fail('file-not-utf8', `${file} is not in UTF-8, in which it would be written`, {
        hint: 'Save it as UTF-8.',
      });
    }
    const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await write(temporary, after, (await stat(target)).mode);
      await rename(temporary, target);
    } finally {
      await rm(temporary, { force: true });
    }
    return ok(undefined);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return fail('file-unwritable', `${file}: ${message}`);
  }
}

async function write(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
