import * as z from 'zod';

/** An image by its line of `images.jsonl`, from 0. */
export const place = z.int().nonnegative();
const count = z.int().nonnegative();

const facePairSchema = z.object({
  a: place,
  b: place,
  distance: z.number().describe('Squared L2 between their embeddings'),
});
export type FacePair = z.infer<typeof facePairSchema>;

/** What is known of the photographs of one person. */
const personSchema = z.object({
  identity: z.string(),
  images: count.describe('That have an embedding'),
  queries: count.describe('Of them, those that were queried and judged'),
  recognised: count.describe('Of the queries, those whose nearest image is of the person'),
  found: z
    .record(z.string(), z.object({ count, of: count }))
    .describe('By version: queries that have a valid result, where that was judged'),
  worst: facePairSchema.nullable().describe('The two photographs that are furthest apart; null where there is one'),
});
export type Person = z.infer<typeof personSchema>;

const strayImageSchema = z.object({
  place,
  own: z.number().describe('Squared L2 to the mean of the person’s other photographs'),
  other: z.string().describe('The identity whose mean is nearest'),
  otherDistance: z.number().describe('Squared L2 to that mean'),
  otherPlace: place.describe('The nearest photograph of that identity'),
});
export type StrayImage = z.infer<typeof strayImageSchema>;

/** What pictures were looked at, and which were not. */
export const consideredSchema = z.object({
  images: count.describe('With an embedding'),
  noEmbedding: count.describe('Without a face, or of which the model gives nothing that compares'),
  missing: count.describe('Whose embeddings are no longer kept'),
  leftOut: count.describe('Beyond what is looked at, drawn by a fixed seed'),
});

export const peopleSchema = z.object({
  model: z.string(),
  considered: consideredSchema.extend({
    unknown: count.describe('Whose identity is not known, which are in no figure here'),
  }),
  people: z.array(personSchema),
  impostors: z.object({
    pairs: z.array(facePairSchema).describe('Of two people, nearest first; copies of one photograph are in `copies`'),
    exact: z.boolean().describe('Whether no pair is nearer than these'),
  }),
  genuine: z.object({
    pairs: z.array(facePairSchema).describe('Of one person, furthest first, a pair a person'),
    most: count.describe('Photographs of a person that are compared with each other'),
    partly: count.describe('People who have more, of whom so many were drawn'),
  }),
  strays: z.object({
    count: count.describe('Photographs that are nearer to the mean of another person than to that of their own'),
    images: z.array(strayImageSchema).describe('Those by which the difference is largest'),
  }),
  copies: z.object({
    count: count.describe('Photographs that stand under two people'),
    groups: z.array(z.array(place)).describe('One photograph each'),
  }),
});
export type People = z.infer<typeof peopleSchema>;

export const PEOPLE_ORDERS = ['identity', 'images', 'recognised', 'worst'] as const;

/** Which people of a run are wanted. */
export const peopleSelectionSchema = z.object({
  model: z.string(),
  by: z.enum(PEOPLE_ORDERS).default('recognised'),
  descending: z.boolean().default(false),
  /** A part of an identity. */
  text: z.string().default(''),
});

export const MOST_PEOPLE = 100;

/** Some of the people, and what was found among all of them. */
export const peoplePageSchema = peopleSchema.extend({ matching: count, total: count });
export type PeoplePage = z.infer<typeof peoplePageSchema>;

export const MOST_IN_MATRIX = 24;

/** How near people are to each other: in the order in which they were asked for. */
export const similaritiesSchema = z.object({
  identities: z.array(z.string()),
  /** Mean squared L2 between all photographs of two people, of one person between two of them; null where there is no pair. */
  means: z.array(z.array(z.number().nullable())),
  /** Photographs of a person that are compared, at the most. */
  most: count,
});
export type Similarities = z.infer<typeof similaritiesSchema>;
