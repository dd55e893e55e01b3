import * as z from 'zod';
import { problemSchema } from '../problem.js';
import { photograph } from '../webview.js';
import {
  searchAnswerSchema,
  searchChoiceSchema,
  searchHitSchema,
  searchOptionsSchema,
  searchQuerySchema,
  searchSchema,
  searchStateSchema,
} from './search.js';

export type { Problem } from '../errors.js';
export type { Photograph } from '../webview.js';
export type { Search, SearchIndexFacts, SearchOptions, SearchQuery, SearchState, SearchThreshold } from './search.js';
export { MOST_RESULTS, searchOptionsSchema } from './search.js';

const shownHit = searchHitSchema.omit({ file: true }).extend({
  /** Null where the image is gone. */
  photograph: photograph.nullable(),
});
export type ShownHit = z.infer<typeof shownHit>;

/** An answer with an address for each photograph that may be shown. */
const searchViewSchema = searchAnswerSchema.extend({
  hits: z.array(shownHit),
  /** The folder of the photographs that the page may not show unless the user says so. */
  hiddenIn: z.string().nullable(),
});
export type SearchView = z.infer<typeof searchViewSchema>;

/** An image to begin with. */
const shownChoice = searchChoiceSchema.omit({ file: true }).extend({ photograph: photograph.nullable() });
export type ShownChoice = z.infer<typeof shownChoice>;

/** In bytes: a larger file is nobody's photograph. */
export const LARGEST_PICTURE = 24 * 2 ** 20;

/** What a search panel's host tells its page. */
export const toSearchPageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state: searchStateSchema }),
  /** Images to begin with; `hiddenIn` as a view has it. */
  z.object({ type: z.literal('choices'), choices: z.array(shownChoice), hiddenIn: z.string().nullable() }),
  /** What was asked last, which is not answered yet. */
  z.object({ type: z.literal('searching'), search: searchSchema }),
  z.object({ type: z.literal('found'), view: searchViewSchema }),
  z.object({ type: z.literal('problem'), problem: problemSchema }),
]);
export type ToSearchPage = z.infer<typeof toSearchPageSchema>;

/** What a search panel's page asks its host for. */
export const fromSearchPageSchema = z.discriminatedUnion('type', [
  /** The page listens. */
  z.object({ type: z.literal('ready') }),
  /** Opens the images, anew where they are open. */
  z.object({ type: z.literal('open') }),
  /** Ends whatever is being done. */
  z.object({ type: z.literal('close') }),
  z.object({ type: z.literal('search'), query: searchQuerySchema, options: searchOptionsSchema }),
  /** Searches by an image that the user is to choose. */
  z.object({ type: z.literal('searchByFile'), options: searchOptionsSchema }),
  /** Searches by an image that was pasted or dropped, in base64; `name` is what it was called. */
  z.object({
    type: z.literal('searchByPicture'),
    name: z.string(),
    base64: z.string().max(Math.ceil(LARGEST_PICTURE / 3) * 4),
    options: searchOptionsSchema,
  }),
  /** Searches by a file that was dropped by its address. */
  z.object({ type: z.literal('searchByUri'), uri: z.string(), options: searchOptionsSchema }),
  /** Writes what was found, or these of it, as a file that experiments take for a data set. */
  z.object({ type: z.literal('saveSubset'), ids: z.array(z.string()).optional() }),
  /** Fetches the weights that the last problem misses. */
  z.object({ type: z.literal('fetchWeights') }),
  /** The user lets the page show the photographs that it was told are hidden. */
  z.object({ type: z.literal('showPhotographs') }),
]);
export type FromSearchPage = z.infer<typeof fromSearchPageSchema>;
