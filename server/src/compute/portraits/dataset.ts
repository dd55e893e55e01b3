import pMap from 'p-map';
import type { Dataset, ImageEntry, ListContext, Listing } from '../../plugins/declare.js';
import { ok, type Result } from '../../protocol/errors.js';
import { KeptFiles } from '../../store/cache/kept-files.js';
import { ATTRIBUTE_NAMES, attributesOf } from './attributes.js';
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

const ATTRIBUTES = 'list_attr.txt';
/** Portraits that are looked at at once, whether they are what was drawn. */
const LOOKING = 16;

/**
 * Portraits that are drawn when they are first listed, and kept; a listing that was cut short goes on where it ended, and
 * a portrait that was damaged is drawn again.
 */
export class SyntheticDataset implements Dataset {
  constructor(private readonly options: SyntheticOptions) {}

  async list({ folder, signal, progress }: ListContext): Promise<Result<Listing>> {
    const { identities, images } = this.options;
    const kept = new KeptFiles(folder);
    const portraits = Array.from({ length: identities * images }, (_, n) => {
      const [person, image] = [Math.floor(n / images), n % images];
      const identity = String(person + 1).padStart(4, '0');
      return { person, image, identity, id: `${identity}/${String(image + 1).padStart(3, '0')}.jpg` };
    });
    const areKept = await pMap(portraits, ({ id }) => kept.has(id), { concurrency: LOOKING, signal });
    const listed: ImageEntry[] = [];
    for (const [n, { person, image, identity, id }] of portraits.entries()) {
      signal.throwIfAborted();
      if (!areKept[n]) await kept.write(id, await this.draw(person, image));
      listed.push({ id, file: kept.pathOf(id), identity });
      progress(listed.length, portraits.length);
    }
    const isNew = areKept.includes(false);
    if (isNew || !(await kept.has(ATTRIBUTES))) await kept.write(ATTRIBUTES, this.attributes(listed));
    return ok({ images: listed, missing: [], attributes: kept.pathOf(ATTRIBUTES) });
  }

  /** What every portrait was drawn with, as CelebA lists it. */
  private attributes(listed: readonly ImageEntry[]): string {
    const { seed, images } = this.options;
    const rows = listed.map(({ id }, n) => {
      const [person, image] = [Math.floor(n / images), n % images];
      return { id, has: attributesOf(drawIdentity(seed, person), drawScene(seed, person, image)) };
    });
    const lines = rows.map(({ id, has }) => [id, ...Object.values(has).map((is) => (is ? 1 : -1))].join(' '));
    return `${[listed.length, ATTRIBUTE_NAMES.join(' '), ...lines].join('\n')}\n`;
  }

  /** Natives come in here, so that a set that is drawn already is listed without them. */
  private async draw(person: number, image: number): Promise<Uint8Array> {
    const { photograph } = await import('./photograph.js');
    const { seed, size } = this.options;
    const scene = drawScene(seed, person, image);
    const picture = renderPortrait(drawIdentity(seed, person), scene, size);
    return photograph(picture, scene);
  }
}
