import { stat } from 'node:fs/promises';
import pMap from 'p-map';
import type { ImageEntry, Listing } from '../../plugins/declare.js';
import { countEndings, endingOf, endingsText, IMAGE_ENDINGS } from '../../protocol/images/image-endings.js';
import type { ExperimentSpec, PluginUse } from '../../stages/spec.js';
import { factsOf, loadPlugin, type RunContext, workContext } from '../context.js';
import { Halt, haltOnShortage, unwrap } from '../halt.js';
import { pluginKey } from '../model-key.js';
import { drawIndices } from '../random.js';
import { copiesAmong, type HashedImage } from './own-photographs.js';

/** Files read at once while hashing. */
const READING = 16;
/** A larger file is taken for something other than a photograph. */
const LARGEST_BYTES = 256 * 2 ** 20;

export type { HashedImage };

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
  /** Images whose content another image has too, but for one of each content. */
  readonly copies: number;
  /** Files beside the images that are read under no such ending, by their ending. */
  readonly passedOver: Readonly<Record<string, number>>;
  /** The data set's own list of attributes, where it has one. */
  readonly attributes?: string;
}

/** So many photographs that stand under two identities are named. */
const NAMED_CONTRADICTIONS = 5;

/** Lists a data set and hashes its images; what is missing, passed over or cannot be read is counted and named. */
export async function listImages(
  context: RunContext,
  use: PluginUse,
  section: 'dataset' | 'gallery' = 'dataset',
): Promise<ImageSet> {
  const listing = await list(context, use);
  for (const id of listing.missing) {
    context.skip({ id, code: 'image-missing', message: `${id} is named by the data set and is not there` });
  }
  for (const { specPath = [], ...problem } of listing.problems ?? []) {
    context.warn({ ...problem, specPath: [section, ...specPath] });
  }
  const passedOver = listing.passedOver ?? [];
  for (const id of passedOver) {
    const message = `${id} is not read: ${endingOf(id)} is no ending of a format that is`;
    context.skip({ id, code: 'image-passed-over', message });
  }
  const hashed = await hashAll(context, sortedById(listing.images));
  const images = hashed.filter((image) => image !== undefined);
  if (images.length === 0) throw new Halt(nothingToEmbed(use, listing, section));
  const unreadable = hashed.length - images.length;
  const { copies, contents } = copiesAmong(images);
  warnOfContradictions(context, copies, section);
  return {
    images,
    perIdentity: countIdentities(images),
    missing: listing.missing.length,
    unreadable,
    copies: images.length - contents,
    passedOver: countEndings(passedOver),
    attributes: listing.attributes,
  };
}

/** One photograph under two people: whichever is right, figures count it as a likeness of both. */
function warnOfContradictions(context: RunContext, contents: readonly HashedImage[][], section: string): void {
  const pairs = contents.flatMap(([first, ...copies]) => {
    if (!first || first.identity === null) return [];
    const other = copies.find(({ identity }) => identity !== null && identity !== first.identity);
    return other ? [[first, other] as const] : [];
  });
  if (pairs.length === 0) return;
  const named = pairs
    .slice(0, NAMED_CONTRADICTIONS)
    .map(([a, b]) => `${a.id} of ${a.identity} is ${b.id} of ${b.identity}`);
  const more = pairs.length - named.length;
  context.warn({
    code: 'identities-contradict',
    message: `One photograph stands under two identities: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    specPath: [section],
    hint: 'Remove the one that is wrong: a search finds either and counts it as right or wrong by its name alone.',
  });
}

async function list(context: RunContext, use: PluginUse): Promise<Listing> {
  const dataset = await loadPlugin(context, 'dataset', use);
  const folder = context.cache.of('datasets', await pluginKey(context, 'dataset', use));
  // A data set that knows how many images it has before it is listed draws them itself.
  const what = factsOf(context, 'dataset', use).images === undefined ? 'listing' : 'drawing';
  return unwrap(await dataset.list({ ...workContext(context, 'dataset', what), folder }));
}

/** By code units, so that the order, which breaks ties, is the same whatever the machine's language. */
export function sortedById<T extends Pick<ImageEntry, 'id'>>(images: readonly T[]): T[] {
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

async function hashOne(context: RunContext, { id, identity, file }: ImageEntry): Promise<HashedImage | undefined> {
  try {
    const { size } = await stat(file);
    if (size > LARGEST_BYTES) throw new Error(`${size} bytes is more than an image is expected to have`);
    // Written out: an object that is spread takes twice as much, and there may be millions.
    return { id, identity, file, hash: await context.files.hash(file) };
  } catch (error) {
    haltOnShortage(error);
    context.skip({ id, code: 'image-unreadable', message: `${file}: ${(error as Error).message}` });
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

function nothingToEmbed(use: PluginUse, { images, missing, passedOver = [] }: Listing, section: string) {
  const found = [`${images.length} listed`, `${missing.length} missing`];
  if (passedOver.length > 0) found.push(`${passedOver.length} passed over: ${endingsText(countEndings(passedOver))}`);
  const [absent] = missing;
  const example = absent === undefined ? '' : `; there is no ${absent}`;
  return {
    code: 'dataset-empty',
    message: `The ${section === 'dataset' ? 'data set' : section} "${use.use}" has no image that can be read (${found.join(', ')})${example}`,
    specPath: [section],
    hint:
      passedOver.length > 0
        ? `Convert them: files that end in ${IMAGE_ENDINGS.join(', ')} are read.`
        : 'Check the paths that it names, and what is there.',
  };
}

/** Positions of the images that are queried, ascending: all, or so many drawn by seed. */
export function selectQueries({ queries }: ExperimentSpec, { images }: ImageSet): number[] {
  return drawIndices(images.length, queries.sample ?? images.length, queries.seed);
}
