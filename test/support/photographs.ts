import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import sharp from 'sharp';
import type { ImageEntry, ListedPhotograph } from '../../server/src/plugins/declare.js';

/** The same picture, each of its values moved by up to `strength` up and down in turn. */
export async function perturbed(bytes: Uint8Array, strength: number): Promise<Buffer> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const moved = Uint8ClampedArray.from(data, (value, at) => value + (at % 2 === 0 ? strength : -strength));
  return sharp(moved, { raw: { width: info.width, height: info.height, channels: 3 } })
    .png()
    .toBuffer();
}

/** Writes a perturbed version of every PNG below a folder into another. */
export async function writePerturbed(from: string, to: string, suffix: string, strength: number): Promise<void> {
  for (const { file, id } of await photographsIn(from)) {
    const target = join(to, id.replace(/\.png$/, suffix));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, await perturbed(await readFile(file), strength));
  }
}

/** The PNGs below a folder, each of the identity that its folder is named after. */
export async function photographsIn(folder: string): Promise<ImageEntry[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.png')).sort();
  return names.map((name) => {
    const id = relative('.', name).replaceAll('\\', '/');
    return { id, file: join(folder, name), identity: id.includes('/') ? id.split('/')[0] : null };
  });
}

/** A photograph as a run lists it: with the hash of its content. */
export async function listed(image: ImageEntry): Promise<ListedPhotograph> {
  const hash = createHash('sha256')
    .update(await readFile(image.file))
    .digest('hex');
  return { ...image, hash };
}
