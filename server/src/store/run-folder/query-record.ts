import * as z from 'zod';

const visibilitySchema = z.object({
  dssim: z.number().nullable().describe('(1 − SSIM) / 2; null where the face is smaller than its window'),
  psnr: z.number().nullable().describe('In dB; null where there is no difference'),
  l2: z.number().describe('The root of the sum of the squared differences of values of 0–1'),
  linf: z.number().describe('The largest difference of a value of 0–1'),
  lpips: z
    .number()
    .nullish()
    .describe('By the model of LPIPS that is named; null where that gives no number for the square'),
});

const count = z.int().nonnegative().nullish();

/** A line of `images.jsonl`; older runs have no file. */
export const imageRecordSchema = z.object({
  id: z.string(),
  identity: z.string().nullable(),
  file: z.string().optional(),
  hash: z.string().optional().describe('SHA-256 of its content, by which its embeddings are kept'),
});
export type ImageRecord = z.infer<typeof imageRecordSchema>;

/** What is known of a query as one model and version see it. Null is what was looked for and is not there. */
export const queryPartSchema = z.object({
  row: count.describe('Its row of the files `neighbours`'),
  neighbours: z.string().nullish().describe('The name of its neighbours’ files, without their endings'),
  hits: z.record(z.string(), z.boolean()).nullish().describe('By depth: whether one of so many is of its identity'),
  returned: count.describe('Results that the engine returned'),
  valid: count.describe('Those of them within the query’s threshold'),
  validAt: z
    .array(z.int().nonnegative())
    .readonly()
    .nullish()
    .describe('Places of the valid ones among what is in the row, from 0'),
  judgedDistances: z
    .array(z.number().nullable())
    .readonly()
    .nullish()
    .describe(
      'By place in the row: from the original photograph to the nearest face of the result, by `threshold.model` in the threshold’s unit; null for the query’s own photograph, and where there is no face',
    ),
  shift: z.number().nullish().describe('How far the perturbation moved the embedding: root L2'),
  visibility: visibilitySchema
    .nullish()
    .describe('How much the perturbed photograph differs over the square around the face'),
  file: z.string().nullish().describe('The perturbed photograph in the run’s folder, POSIX-style'),
  hash: z.string().nullish().describe('SHA-256 of that photograph’s content, by which its embeddings are kept'),
});
export type QueryPart = Readonly<z.infer<typeof queryPartSchema>>;

/** A line of `queries.jsonl`: a query, and its parts by model and by version, `original` or a perturbation's name. */
export const queryRecordSchema = z.object({
  id: z.string(),
  identity: z.string().nullable(),
  threshold: z.number().nullish(),
  control: z
    .object({ count: z.int().nonnegative(), of: z.int().nonnegative() })
    .nullish()
    .describe('Strangers, and those of them who find something that is valid by this query’s measure'),
  strangers: z.number().nullish().describe('Share of the images of other identities that lie within the threshold'),
  models: z.record(z.string(), z.record(z.string(), queryPartSchema)),
});
export type QueryRecord = z.infer<typeof queryRecordSchema>;
