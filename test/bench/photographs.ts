import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SyntheticDataset } from '../../server/src/compute/portraits/dataset.js';
import { CELEBA_MINI } from '../support/celeba-mini.js';

export interface Photographs {
  /** What they are, in words. */
  readonly what: string;
  readonly files: readonly string[];
}

/** Real photographs where they are, else drawn portraits in `folder`. */
export async function photographs(count: number, folder: string): Promise<Photographs> {
  if (existsSync(CELEBA_MINI)) {
    const images = join(CELEBA_MINI, 'images');
    const names = (await readdir(images)).sort().slice(0, count);
    return { what: 'photographs of CelebA in the wild', files: names.map((name) => join(images, name)) };
  }
  const drawn = new SyntheticDataset({ identities: count, images: 1, seed: 1, size: 512 });
  const listed = await drawn.list({ folder, signal: new AbortController().signal, progress: () => undefined });
  if (!listed.ok) throw new Error(listed.problem.message);
  return { what: 'drawn portraits of 512 × 512 pixels', files: listed.value.images.map(({ file }) => file) };
}
