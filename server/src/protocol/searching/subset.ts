import * as z from 'zod';

/** Images that were chosen from a data set, as a file: what a search found, mostly. */
export const subsetSchema = z.object({
  schema: z.literal(1),
  /** Where they are from, for a reader: which experiment, which search. */
  from: z.record(z.string(), z.unknown()).optional(),
  images: z.array(
    z.object({
      /** Absolute, or relative to the file. */
      file: z.string().min(1),
      identity: z.string().nullable().default(null),
      /** To what was searched by: a cosine. */
      similarity: z.number().optional(),
    }),
  ),
});
/** As it is written: what has a default may be absent. */
export type Subset = z.input<typeof subsetSchema>;
