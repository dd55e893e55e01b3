import { z } from 'zod';
import { problemSchema } from './problem.js';

/** The version of `results.json` that this code writes. Readers take this one and the one before. */
export const RESULTS_VERSION = 1;

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();
const share = z.number().min(0).max(1);

/** A proportion. `rate` and `ci95` are null where nothing was counted (`of` is 0). */
const proportion = {
  count,
  of: count,
  rate: share.nullable(),
};
/** Wilson's 95 % score interval of the rate. */
const ci95 = z.tuple([share, share]).nullable();

const hits = z.object({
  hits: count,
  of: count.describe('Queries with an embedding'),
  rate: share.nullable().describe('hits / of'),
  ci95,
  rateAll: share.nullable().describe('Queries without an embedding counted as misses'),
  ratePaired: share.nullable().describe('Without identities that have one image'),
});

const accuracy = z.object({
  model: z.string(),
  dim: count,
  noFace: count,
  identities: count,
  top: z.record(z.string(), hits),
});

const attributes = z.object({
  model: z.string(),
  images: count.describe('Images with an embedding'),
  questions: z.array(
    z.object({
      name: z.string().describe('The attribute'),
      yes: z.string(),
      no: z.string(),
      saidYes: count.describe('Images nearer to `yes` than to `no`'),
      accuracy: z
        .object({ ...proportion, ci95 })
        .optional()
        .describe('Right answers, of the images that the list of attributes names'),
      balanced: share.nullable().optional().describe('Mean of the rates among images with the attribute and without'),
    }),
  ),
});

const threshold = z.object({
  model: z.string(),
  percentile: z.number().min(0).max(100),
  unit: z.enum(['squared-l2', 'l2']),
  queries: count,
  excluded: count,
  median: z.number().nullable(),
  histogram: z.object({ edges: z.array(z.number()), counts: z.array(count) }),
});

const poison = z.object({
  name: z.string(),
  use: z.string(),
  target: z.enum(['query', 'gallery']),
  surrogates: z.array(z.string()),
  perceptualTerm: z
    .enum(['dssim', 'lpips'])
    .optional()
    .describe('What the attack weighed its visibility by; absent where it is another tool’s'),
  images: count,
  leftOut: z
    .record(z.string(), count)
    .optional()
    .describe('Photographs without a perturbed version, by the code of the reason'),
  noFaceAfter: count
    .nullable()
    .describe('Photographs in which threshold.model finds no face again; null without a model'),
  meanDssim: z.number().nullable(),
  linf: z.number().nullable(),
  meanShift: z.number().nullable().describe('Root L2 between raw vectors of threshold.model'),
  medianShift: z.number().nullable(),
  top1: share.nullable(),
  whiteBox: z.boolean().describe('The evaluating model is also a surrogate'),
  protection: z.object({ nn: share.nullable(), linear: share.nullable() }).optional(),
  seconds,
});

const returned = z.object({
  total: count,
  mean: z.number().nullable(),
  min: count.nullable(),
  merged: count.optional().describe('Near-duplicates that were left out'),
});

const robustness = z.object({
  queries: count,
  minValid: count,
  eligible: count,
  withValid: z.record(
    z.string(),
    z.object({
      ...proportion,
      ci95,
      precision: share
        .nullable()
        .describe('Valid results that are the right identity, of those whose identity is known'),
      apart: count.optional().describe('Eligible queries that this version could not be judged on: no face, no file'),
      whiteBox: z.boolean().optional().describe('The engine’s model is also a surrogate'),
    }),
  ),
  all: z.object({
    ...proportion,
    ci95,
    versions: z.array(z.string()).optional().describe('Those that have images, which it is of'),
  }),
  control: z.object(proportion),
});

const stage = z.object({
  name: z.string(),
  seconds,
  cached: z.boolean(),
  peakRssMb: z.number().nonnegative(),
  shardsComputed: count,
});

export const runStatus = z.enum(['running', 'done', 'failed', 'cancelled']);

/** `results.json`: one run's figures. Fields that this version does not know are ignored by readers. */
export const resultsSchema = z.object({
  schema: z.int(),
  name: z.string(),
  run: z.object({
    id: z.string(),
    file: z.string(),
    specHash: z.string(),
    set: z.array(z.string()),
    status: runStatus,
    error: problemSchema.nullable(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    version: z.string(),
    machine: z.object({
      platform: z.string(),
      arch: z.string(),
      cpu: z.string(),
      cores: count,
      memoryMb: count,
      node: z.string(),
    }),
    device: z.string().default('cpu').describe('What image and text encoders were computed on'),
  }),
  images: z.object({
    total: count.describe('Images that are there, readable or not'),
    identities: count,
    missing: count.default(0).describe('Named by the data set and not there'),
    unreadable: count,
    copies: count.default(0).describe('Images whose content another image has too; of each content one is not counted'),
    passedOver: z
      .record(z.string(), count)
      .optional()
      .describe('Files in its folders that are images by no ending that is read, by their ending'),
    noFace: count.describe('Of face-recognition; where it is not used, of the first model that found none in some'),
  }),
  accuracy: z.array(accuracy).optional(),
  index: z
    .array(
      z.object({
        model: z.string(),
        use: z.string(),
        vectors: count,
        recall: share
          .nullable()
          .describe('Share of the true nearest neighbours that are found, itself left out; null for an exact index'),
        recallAt: count.nullish().describe('Of how many nearest neighbours: as many as the run asks for'),
      }),
    )
    .optional(),
  attributes: attributes.optional(),
  threshold: threshold.optional(),
  poison: z.array(poison).optional(),
  retrieve: z
    .object({ use: z.string(), model: z.string(), requested: count, returned: z.record(z.string(), returned) })
    .optional(),
  robustness: robustness.optional(),
  expect: z.array(z.object({ text: z.string(), actual: z.number().nullable(), ok: z.boolean() })),
  skipped: z
    .array(z.object({ id: z.string(), code: z.string(), message: z.string() }))
    .optional()
    .describe('Images that were counted out, and why; the first thousand'),
  warnings: z.array(problemSchema).optional().describe('What the run warned of'),
  stages: z.array(stage),
});

export type Results = z.infer<typeof resultsSchema>;
export type AccuracyResult = z.infer<typeof accuracy>;
export type AttributesResult = z.infer<typeof attributes>;
export type Hits = z.infer<typeof hits>;
export type StageResult = z.infer<typeof stage>;
export type RunStatus = z.infer<typeof runStatus>;
export type SkippedImage = NonNullable<Results['skipped']>[number];
