import { Failed } from '../../hub/failure.js';
import type { RetrievedImage, RetrieveOptions } from '../../plugins/declare.js';
import type { Problem } from '../../protocol/errors.js';
import { KeptFiles, nameOf } from '../../store/cache/kept-files.js';
import { decodeImage } from '../images/decode.js';
import { ImageFetcher, type ImageLimits, tooLarge } from './fetch-image.js';
import type { KnnHit } from './knn-answer.js';

type BringOptions = Pick<RetrieveOptions, 'signal' | 'useCache'>;

/** It is decoded to see that it can be: small is enough. */
const LOOK = 64;

/** Brings results' images into a private folder, each once; what is no photograph does not get there. */
export class ResultImages {
  private readonly fetcher: ImageFetcher;
  private readonly kept: KeptFiles;

  constructor(
    private readonly limits: ImageLimits,
    folder: string,
  ) {
    this.fetcher = new ImageFetcher(limits);
    this.kept = new KeptFiles(folder);
  }

  async bring(hit: KnnHit, options: BringOptions): Promise<RetrievedImage> {
    const { id, similarity, caption } = hit;
    return { id, similarity, caption, image: await this.imageOf(hit, options) };
  }

  async close(): Promise<void> {
    await this.fetcher.close();
  }

  private async imageOf({ source }: KnnHit, options: BringOptions): Promise<RetrievedImage['image']> {
    try {
      if (source.kind === 'none') return { missing: source.problem };
      if (source.kind === 'inline') return await this.keepInline(source.base64, options);
      return await this.keepFetched(source.url, options);
    } catch (error) {
      if (error instanceof Failed) return { missing: error.problem };
      throw error;
    }
  }

  private async keepInline(base64: string, options: BringOptions): Promise<{ file: string }> {
    const { megabytes } = this.limits;
    if ((base64.length * 3) / 4 > megabytes * 2 ** 20) throw tooLarge(megabytes);
    const bytes = Buffer.from(base64, 'base64');
    return this.keep(nameOf(bytes), options, async () => bytes);
  }

  /** Why there is no image is kept, too, unless it may pass: a dead address is not asked for again. */
  private async keepFetched(url: string, options: BringOptions): Promise<RetrievedImage['image']> {
    const name = nameOf(url);
    const refused = `${nameOf(url, JSON.stringify(this.limits))}.json`;
    const known = await this.kept.read(refused, options.useCache);
    if (known) return { missing: JSON.parse(known.toString('utf8')) as Problem };
    try {
      return await this.keep(name, options, () => this.fetcher.fetch(url, options.signal));
    } catch (error) {
      if (error instanceof Failed && !error.passes) await this.kept.write(refused, JSON.stringify(error.problem));
      throw error;
    }
  }

  private async keep(
    name: string,
    { useCache }: BringOptions,
    bytesOf: () => Promise<Buffer>,
  ): Promise<{ file: string }> {
    const file = this.kept.pathOf(name);
    if (await this.kept.has(name, useCache)) return { file };
    const bytes = await bytesOf();
    const decoded = await decodeImage(bytes, LOOK);
    if (!decoded.ok) throw new Failed('result-image-unreadable', decoded.problem.message);
    await this.kept.write(name, bytes);
    return { file };
  }
}
