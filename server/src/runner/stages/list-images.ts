import { stat } from 'node:fs/promises';
import pMap from 'p-map';
import type { PluginUse } from '../../experiment/types.js';
import type { ImageEntry, Listing } from '../../plugins/declare.js';
import { fail } from '../../protocol/errors.js';
import { loadPlugin, type RunContext, workContext } from '../context.js';
import { Halt, unwrap } from '../halt.js';
import { pluginKey } from '../model-key.js';

/** Files read at once while hashing. */
const READING = 16;
/** A larger file is taken for something other than a photograph. */
const LARGEST_BYTES = 256 * 2 ** 20;

export interface HashedImage extends ImageEntry {
  /** SHA-256 of the file's content. */
  readonly hash: string;
}

/** Images that there are, in a fixed order. */
export interface Images {
  readonly images: readonly HashedImage[];
}

/** The images of a data set that can be read, ordered by id. */
export interface ImageSet extends Images {
  /** How many images of each identity there are. */
  readonly perIdentity: ReadonlyMap<string, number>;
  /** Named by the data set and not there. */
  readonly missing: number;
  /** There, and not to be read. */
  readonly unreadable: number;
}

/** Lists a data set and hashes its images; what is missing or cannot be read is counted and named. */
export async function listImages(
  context: RunContext,
  use: PluginUse,
  section: 'dataset' | 'gallery' = 'dataset',
): Promise<ImageSet> {
  const listing = await list(context, use);
  for (const id of listing.missing) {
    context.skip({ id, code: 'image-missing', message: `${id} is named by the data set and is not there` });
  }
  const hashed = await hashAll(context, sortedById(listing.images));
  const images = hashed.filter((image) => image !== undefined);
  if (images.length === 0) throw new Halt(nothingToEmbed(use, listing, section));
  const unreadable = hashed.length - images.length;
  return { images, perIdentity: countIdentities(images), missing: listing.missing.length, unreadable };
}

async function list(context: RunContext, use: PluginUse): Promise<Listing> {
  const dataset = await loadPlugin(context, 'dataset', use);
  const folder = context.cache.of('datasets', await pluginKey(context, 'dataset', use));
  return unwrap(await dataset.list({ ...workContext(context, 'dataset', 'listing'), folder }));
}

/** By code units, so that the order, which breaks ties, is the same whatever the machine's language. */
export function sortedById(images: readonly ImageEntry[]): ImageEntry[] {
  return [...images].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

async function hashAll(context: RunContext, images: readonly ImageEntry[]): Promise<(HashedImage | undefined)[]> {
  const { progress } = workContext(context, 'dataset', 'reading');
  let done = 0;
  const hashed = await pMap(
    images,
    async (image) => {
      const result = await hashOne(context, image);
      progress(++done, images.length);
      return result;
    },
    { concurrency: READING, signal: context.signal },
  );
  await context.files.flush();
  return hashed;
}

async function hashOne(context: RunContext, image: ImageEntry): Promise<HashedImage | undefined> {
  try {
    const { size } = await stat(image.file);
    if (size > LARGEST_BYTES) throw new Error(`${size} bytes is more than an image is expected to have`);
    return { ...image, hash: await context.files.hash(image.file) };
  } catch (error) {
    context.skip({ id: image.id, code: 'image-unreadable', message: `${image.file}: ${(error as Error).message}` });
    return undefined;
  }
}

function countIdentities(images: readonly ImageEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { identity } of images) {
    if (identity !== null) counts.set(identity, (counts.get(identity) ?? 0) + 1);
  }
  return counts;
}

function nothingToEmbed(use: PluginUse, listing: Listing, section: string) {
  const found = `${listing.images.length} listed, ${listing.missing.length} missing`;
  const problem = fail(
    'dataset-empty',
    `The ${section === 'dataset' ? 'data set' : section} "${use.use}" has no image that can be read (${found})`,
    {
      specPath: [section],
      hint: 'Check its root and what is in it.',
    },
  );
  return problem.problem;
}
