import * as z from 'zod';
import { imageUri } from '../images/image-uri.js';
import { problemSchema } from '../problem.js';
import { stageProgressSchema } from '../runs/stage-progress.js';

/** Results of a search at the most: merging near-duplicates compares each with each. */
export const MOST_RESULTS = 1000;
const LONGEST_TEXT = 1000;

/** What is searched by. */
export const searchQuerySchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('words'), text: z.string().trim().min(1).max(LONGEST_TEXT) }),
  /** Absolute path of an image file that the user chose. */
  z.object({ by: z.literal('image'), file: z.string() }),
  /** An image of the index, by its id. */
  z.object({ by: z.literal('result'), id: z.string() }),
]);
export type SearchQuery = z.infer<typeof searchQuerySchema>;

/** How it is searched. */
export const searchOptionsSchema = z.object({
  /** Name of an index, which is that of its model. */
  index: z.string(),
  results: z.int().min(1).max(MOST_RESULTS),
  /** Of near-duplicates among the results the best alone is left. */
  deduplicate: z.boolean(),
});
export type SearchOptions = z.infer<typeof searchOptionsSchema>;

export const searchSchema = searchOptionsSchema.extend({ query: searchQuerySchema });
export type Search = z.infer<typeof searchSchema>;

const cosine = z.number().min(-1.001).max(1.001);

export const searchHitSchema = z.object({
  id: z.string(),
  identity: z.string().nullable(),
  /** Absolute path. */
  file: z.string(),
  similarity: cosine,
});
export type SearchHit = z.infer<typeof searchHitSchema>;

/** The experiment's threshold as a cosine: results at least as similar count as the same person. */
export const searchThresholdSchema = z.object({
  similarity: cosine,
  /** Of the query's own photograph, or the median over the data set. */
  of: z.enum(['query', 'median']),
});
export type SearchThreshold = z.infer<typeof searchThresholdSchema>;

export const searchAnswerSchema = z.object({
  search: searchSchema,
  /** A small picture of what was searched by; null for words. */
  picture: imageUri.nullable(),
  /** Of the person who was searched by, where that is known. */
  identity: z.string().nullable(),
  /** Most similar first. */
  hits: z.array(searchHitSchema).max(MOST_RESULTS),
  /** How many images that can be searched have the very bytes of what was searched by: none of them is among the hits. */
  copies: z.int().nonnegative(),
  /** Null for words, and where the experiment has no threshold of this model. */
  threshold: searchThresholdSchema.nullable(),
  seconds: z.number().nonnegative(),
  /** Why the answer means less than it looks: words or images that the model does not know. Null where there is nothing. */
  doubt: z.string().nullable(),
});
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;

/** What can be searched. */
export const searchIndexSchema = z.object({
  name: z.string(),
  images: z.int().nonnegative(),
  dimension: z.int().nonnegative(),
  /** Whether its model takes words. */
  words: z.boolean(),
  /** Whether its model says when two images are near-duplicates. */
  deduplicates: z.boolean(),
});
export type SearchIndexFacts = z.infer<typeof searchIndexSchema>;

/** An image that can be searched by. */
export const searchChoiceSchema = searchHitSchema.omit({ similarity: true });
export type SearchChoice = z.infer<typeof searchChoiceSchema>;
/** So many a page begins with. */
export const MOST_CHOICES = 24;

/** The indexes of an experiment file, from when they are opened until they are closed. */
export const searchStateSchema = z.object({
  uri: z.string(),
  /** The experiment's. */
  name: z.string(),
  status: z.enum(['opening', 'ready', 'closed']),
  /** While it is opening, once it has said something. */
  progress: stageProgressSchema.extend({ stage: z.string() }).nullable(),
  indices: z.array(searchIndexSchema),
  /** Some of the images, of as many people as there are, to begin with. */
  choices: z.array(searchChoiceSchema).max(MOST_CHOICES).default([]),
  warnings: z.array(problemSchema),
  /** Why it is closed, where nobody closed it. */
  problem: problemSchema.nullable(),
});
export type SearchState = z.infer<typeof searchStateSchema>;
