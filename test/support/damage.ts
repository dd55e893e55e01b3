import { execFile } from 'node:child_process';
import { copyFile, lstat, mkdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Random } from '../../server/src/compute/random.js';

interface Damaged {
  readonly file: string;
  /** Another file of its kind. */
  readonly other: string;
  readonly random: Random;
}

/** What becomes of files: on failing disks, by hand, by a synchronising program, by ill will. */
export const DAMAGES: Readonly<Record<string, (what: Damaged) => Promise<void>>> = {
  async 'with a bit flipped'({ file, random }) {
    const bytes = await readFile(file);
    bytes[placeIn(bytes, random)] ^= 1 << Math.floor(random.between(0, 8));
    await writeFile(file, bytes);
  },
  /** Still well formed, where it is text. */
  async 'with a digit changed'({ file, random }) {
    const bytes = await readFile(file);
    const digits = [...bytes.keys()].filter((at) => bytes[at] >= 0x30 && bytes[at] <= 0x39);
    const at = digits.length > 0 ? random.pick(digits) : placeIn(bytes, random);
    bytes[at] = bytes[at] === 0x31 ? 0x32 : 0x31;
    await writeFile(file, bytes);
  },
  async 'cut short'({ file, random }) {
    await truncate(file, Math.floor(random.between(0, (await stat(file)).size)));
  },
  async emptied({ file }) {
    await truncate(file, 0);
  },
  async 'replaced by another of its kind'({ file, other }) {
    await replace(file, () => copyFile(other, file));
  },
  async 'replaced by a link to another'({ file, other }) {
    await replace(file, () => symlink(other, file));
  },
  async 'replaced by a link to a device'({ file }) {
    await replace(file, () => symlink('/dev/zero', file));
  },
  async 'replaced by a folder'({ file, other }) {
    const bytes = await readFile(other);
    await replace(file, () => mkdir(file));
    await writeFile(`${file}/inside`, bytes);
  },
  async 'replaced by a pipe'({ file }) {
    await replace(file, () => promisify(execFile)('mkfifo', [file]));
  },
};

function placeIn(bytes: Uint8Array, random: Random): number {
  return Math.floor(random.between(0, bytes.length));
}

async function replace(file: string, make: () => Promise<unknown>): Promise<void> {
  await lstat(file);
  await rm(file);
  await make();
}
