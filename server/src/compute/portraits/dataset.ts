import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Dataset, ImageEntry, ListContext, Listing } from '../../plugins/declare.js';
import { ok, type Result } from '../../protocol/errors.js';
import { drawIdentity } from './identity.js';
import { renderPortrait } from './render.js';
import { drawScene } from './scene.js';

export interface SyntheticOptions {
  readonly identities: number;
  readonly images: number;
  readonly seed: number;
  /** Side of an image in pixels. */
  readonly size: number;
}

/** Portraits that are drawn when they are first listed, and kept; a listing that was cut short goes on where it ended. */
export class SyntheticDataset implements Dataset {
  constructor(private readonly options: SyntheticOptions) {}

  async list({ folder, signal, progress }: ListContext): Promise<Result<Listing>> {
    const { identities, images } = this.options;
    const listed: ImageEntry[] = [];
    for (let person = 0; person < identities; person++) {
      for (let image = 0; image < images; image++) {
        signal.throwIfAborted();
        const identity = String(person + 1).padStart(4, '0');
        const id = `${identity}/${String(image + 1).padStart(3, '0')}.jpg`;
        const file = join(folder, id);
        if (!(await exists(file))) await this.draw(file, person, image);
        listed.push({ id, file, identity });
        progress(listed.length, identities * images);
      }
    }
    return ok({ images: listed, missing: [] });
  }

  /** Natives come in here, so that a set that is drawn already is listed without them. */
  private async draw(file: string, person: number, image: number): Promise<void> {
    const { photograph } = await import('./photograph.js');
    const { seed, size } = this.options;
    const scene = drawScene(seed, person, image);
    const picture = renderPortrait(drawIdentity(seed, person), scene, size);
    await mkdir(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}.tmp`;
    await writeFile(temporary, await photograph(picture, scene));
    await rename(temporary, file);
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
