import { copyFile, link, mkdir, rm } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { itemAt } from '../../protocol/item-at.js';
import { fileNameOf } from '../../store/file-names.js';
import type { PerturbedImages } from '../stages/perturbing/perturb-images.js';

/**
 * Puts perturbed photographs into the run's folder as `NAME/<stem><suffix>`, in their originals' folders, so that it
 * can be used as `precomputed`. They are links to the cache where the file system has such. Gives their paths in the
 * run's folder, POSIX-style.
 */
export async function linkPerturbed(runFolder: string, name: string, made: PerturbedImages): Promise<string[]> {
  const names = perturbedFileNames(
    made.images.map(({ original }) => original.id),
    made.suffix,
  );
  const folder = fileNameOf(name);
  for (const [n, { file }] of made.images.entries()) await linkOrCopy(file, join(runFolder, folder, itemAt(names, n)));
  return names.map((file) => posix.join(folder, file));
}

/**
 * Photographs that differ in their ending alone would get one name: they keep the ending, `a.jpg.png`. No name leads
 * out of the folder, though an id may lead out of its data set's.
 */
export function perturbedFileNames(ids: readonly string[], suffix: string): string[] {
  const inside = ids.map((id) => id.replaceAll('..', '__'));
  const named = inside.map((id) => `${stemOf(id)}${suffix}`);
  const counts = new Map<string, number>();
  for (const name of named) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  return named.map((name, n) => (counts.get(name.toLowerCase()) === 1 ? name : `${inside[n]}.png`));
}

function stemOf(id: string): string {
  const { dir, name } = posix.parse(id);
  return posix.join(dir, name);
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rm(to, { force: true });
  await link(from, to).catch(() => copyFile(from, to));
}
