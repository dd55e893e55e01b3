import * as z from 'zod';

/** How many results an answer may have: what clip-retrieval's web page asks for. */
const MOST_RESULTS = 3000;
/** How many of them come with their image. */
export const MOST_IMAGES = 500;

/** More numbers than an embedding has. */
const LONGEST_EMBEDDING = 65_536;
/** In characters: a CLIP model reads some seventy words. */
const LONGEST_TEXT = 10_000;
const LONGEST_NAME = 1000;
const LONGEST_NUMBER = 40;

const flag = z.boolean().nullish();
const textOf = (longest: number) => z.string().max(longest, { abort: true });
/** Its length is looked at before its items, of which each that is wrong is an error of its own. */
const listOf = <T extends z.ZodType>(item: T, most: number) => z.array(z.unknown()).max(most).pipe(z.array(item));
/** `""` is off; null is no value, as in clip-retrieval. */
const numberOrOff = z.union([z.number(), textOf(LONGEST_NUMBER).regex(/^(-?\d+(\.\d+)?)?$/)]).optional();

/**
 * What POST /knn-service takes; keys beside these mean nothing here, as there. The filters and the aesthetic score are
 * read and change nothing: clip-retrieval, too, leaves them out where it was started without their models.
 */
export const knnRequestSchema = z.object({
  modality: z.enum(['image', 'text']),
  num_images: z.int().min(1).max(MOST_IMAGES),
  num_result_ids: z.int().min(1).max(MOST_RESULTS).nullish(),
  indice_name: textOf(LONGEST_NAME),
  text: textOf(LONGEST_TEXT).nullish(),
  /** Base64 of an image file. */
  image: z.string().nullish(),
  image_url: z.string().nullish(),
  embedding_input: listOf(z.number(), LONGEST_EMBEDDING).nullish(),
  deduplicate: flag,
  use_mclip: flag,
  use_safety_model: flag,
  use_violence_detector: flag,
  aesthetic_score: numberOrOff,
  aesthetic_weight: numberOrOff,
});
export type KnnRequest = z.infer<typeof knnRequestSchema>;

/** What POST /metadata takes. */
export const metadataRequestSchema = z.object({
  indice_name: textOf(LONGEST_NAME),
  ids: listOf(z.int().nonnegative(), MOST_RESULTS),
});
