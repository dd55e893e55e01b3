import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CHECKSUMS, Checksums } from '../checksums.js';
import { writeOver } from '../files.js';
import { readPlain, UnfitFile } from '../plain-file.js';

/** Runs may be moved: what is written down for one's files says nothing of where they are. */
const KEY = 'run';

/** Writes a file of a run, whose checksum is written down before. */
export async function writeRunFile(folder: string, name: string, ...chunks: (Uint8Array | string)[]): Promise<void> {
  const checksums = await Checksums.open(folder, KEY, { synced: true });
  await checksums.note(name, ...chunks);
  await writeOver(join(folder, name), ...chunks);
}

/**
 * The bytes of a file of a run, as the run wrote them; earlier versions wrote down no checksums. Throws `UnfitFile`, with
 * `altered` where it is another.
 */
export async function readRunFile(file: string, most: number): Promise<Buffer> {
  const bytes = await readPlain(file, most);
  const checksums = await Checksums.open(dirname(file), KEY);
  const name = basename(file);
  if (checksums.lists(name) && !checksums.knows(name, bytes)) throw altered(file);
  return bytes;
}

/** Reads a file of a run to its end, to see that it is as the run wrote it. Throws as `readRunFile` does. */
export async function requireSound(file: string): Promise<void> {
  const checksums = await Checksums.open(dirname(file), KEY);
  if ((await checksums.standing(basename(file))) !== 'damaged') return;
  await readPlain(file, 0).catch((error) => {
    if (error instanceof UnfitFile && error.why !== 'too-large') throw error;
  });
  throw altered(file);
}

/** Whether the run wrote it, or it is there: what should be there and is not is missing. */
export async function isExpected(file: string): Promise<boolean> {
  return existsSync(file) || (await Checksums.open(dirname(file), KEY)).lists(basename(file));
}

function altered(file: string): UnfitFile {
  return new UnfitFile(
    file,
    'altered',
    `is not what the run wrote: it, or its checksum in ${CHECKSUMS}, was cut short, altered or replaced`,
  );
}
