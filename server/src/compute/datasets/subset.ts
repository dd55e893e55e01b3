import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import pMap from 'p-map';
import * as z from 'zod';
import type { Dataset, ImageEntry, ListContext, Listing } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { subsetSchema } from '../../protocol/searching/subset.js';
import { imageId } from './image-id.js';
import { onDisk } from './on-disk.js';

const LOOKING = 16;

/** A JSON file that names images, one after the other; an image that is named twice counts once. */
export class SubsetDataset implements Dataset {
  constructor(private readonly file: string) {}

  async list({ signal }: Pick<ListContext, 'signal'>): Promise<Result<Listing>> {
    const read = await this.read();
    if (!read.ok) return read;
    const entries = this.entriesOf(read.value);
    const files = await pMap(entries, ({ file }) => onDisk(file), { concurrency: LOOKING, signal });
    return ok({
      images: entries.flatMap((entry, n) => (files[n] === undefined ? [] : { ...entry, file: files[n] })),
      missing: entries.filter((_, n) => files[n] === undefined).map(({ id }) => id),
    });
  }

  private async read(): Promise<Result<z.output<typeof subsetSchema>>> {
    try {
      const parsed = subsetSchema.safeParse(JSON.parse(await readFile(this.file, 'utf8')));
      return parsed.success ? ok(parsed.data) : this.unreadable(z.prettifyError(parsed.error));
    } catch (error) {
      return this.unreadable((error as Error).message);
    }
  }

  private unreadable(why: string): Result<never> {
    const hint = 'Save it again from the search panel, or write {"schema": 1, "images": [{"file": …}]}.';
    return fail('subset-unreadable', `${this.file}: ${why}`, { hint });
  }

  private entriesOf({ images }: z.output<typeof subsetSchema>): ImageEntry[] {
    const folder = dirname(this.file);
    const entries = new Map<string, ImageEntry>();
    for (const { file: written, identity } of images) {
      const file = resolve(folder, written);
      const id = imageId(relative(folder, file));
      entries.set(id, { id, file, identity: identity?.normalize('NFC') || null });
    }
    return [...entries.values()];
  }
}
