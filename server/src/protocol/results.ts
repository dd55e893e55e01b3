import * as z from 'zod';
import { problemSchema } from './problem.js';
import { accuracyResults } from './results/accuracy.js';
import { attributesResults } from './results/attributes.js';
import { countermeasuresResults } from './results/countermeasures.js';
import { differencesResults } from './results/differences.js';
import { byName, megabytes, seconds } from './results/figure.js';
import { identificationResults } from './results/identification.js';
import { imagesResults } from './results/images.js';
import { indexResults } from './results/index-search.js';
import { poisonResults } from './results/poison.js';
import { provenanceProperties } from './results/provenance.js';
import { retrieveResults } from './results/retrieve.js';
import { robustnessResults } from './results/robustness.js';
import { thresholdResults } from './results/threshold.js';
import { transferResults } from './results/transfer.js';
import { verificationResults } from './results/verification.js';
import { sweptProperties } from './runs/variant-schema.js';

/** The version of `results.json` that this code writes. Readers take this one and the one before. */
export const RESULTS_VERSION = 2;

/** What stages measure, by the keys of `results.json`, in its order. */
export const resultBlocks = {
  images: imagesResults,
  accuracy: accuracyResults.optional(),
  verification: verificationResults.optional(),
  identification: identificationResults.optional(),
  index: indexResults.optional(),
  attributes: attributesResults.optional(),
  threshold: thresholdResults.optional(),
  poison: poisonResults.optional(),
  countermeasures: countermeasuresResults.optional(),
  transfer: transferResults.optional(),
  retrieve: retrieveResults.optional(),
  robustness: robustnessResults.optional(),
  differences: differencesResults.optional(),
};

const stage = z.object({
  name: z.string(),
  seconds: seconds({ label: '{stage}: seconds', docs: 'What the stage took', better: 'lower' }),
  cached: z.boolean(),
  peakRssMb: megabytes({
    label: '{stage}: memory',
    docs: 'The most memory that the run had held when the stage ended',
    better: 'lower',
  }),
  shardsComputed: z.int().nonnegative(),
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
    ...sweptProperties,
    status: runStatus,
    error: problemSchema.nullable(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    version: z.string(),
    machine: z.object({
      platform: z.string(),
      arch: z.string(),
      cpu: z.string(),
      cores: z.int().nonnegative(),
      memoryMb: z.int().nonnegative(),
      node: z.string(),
    }),
    device: z.string().default('cpu').describe('What image and text encoders were computed on'),
    ...provenanceProperties,
  }),
  ...resultBlocks,
  headline: z.array(z.string()).default([]).describe('The finding in a sentence or two, with its control'),
  expect: z.array(z.object({ text: z.string(), actual: z.number().nullable(), ok: z.boolean() })),
  unjudged: z
    .array(z.string())
    .optional()
    .describe('Expectations that were not judged: the run ended early, or was to stop after a stage'),
  skipped: z
    .array(z.object({ id: z.string(), code: z.string(), message: z.string() }))
    .optional()
    .describe('Images that were counted out, and why; the first thousand'),
  warnings: z.array(problemSchema).optional().describe('What the run warned of'),
  stages: byName('stage', z.array(stage)),
});

export type Results = z.infer<typeof resultsSchema>;
export type ResultBlocks = Pick<Results, keyof typeof resultBlocks>;
export type AccuracyResult = NonNullable<Results['accuracy']>[number];
export type AttributesResult = NonNullable<Results['attributes']>;
export type IdentificationResult = NonNullable<Results['identification']>[number];
export type VerificationResult = NonNullable<Results['verification']>[number];
export type TransferResult = NonNullable<Results['transfer']>[number];
export type Hits = AccuracyResult['top'][string];
export type StageResult = z.infer<typeof stage>;
export type RunStatus = z.infer<typeof runStatus>;
export type SkippedImage = NonNullable<Results['skipped']>[number];
