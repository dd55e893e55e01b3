import * as z from 'zod';
import { problemSchema } from '../problem.js';
import { resultsSchema } from '../results.js';
import { processIdentitySchema } from '../runner.js';
import { shownStatus } from './run-state.js';
import { variantSchema } from './variant-schema.js';

const axes = z
  .record(z.string(), z.array(z.unknown()))
  .describe('By its key path, the values of each axis, in the order of the file');

/** A sweep while it goes on and after: `sweep.json`. */
export const sweepSchema = z.object({
  id: z.string(),
  /** Absolute path of the experiment file. */
  file: z.string(),
  name: z.string(),
  startedAt: z.iso.datetime(),
  /** What overrode the file, and the stage that runs were to stop after. */
  set: z.array(z.string()),
  stage: z.string().optional(),
  axes,
  /** A checksum over all that its results depend on: a sweep of the same goes on where this one ended. */
  key: z.string(),
  /** Who runs it. */
  owner: processIdentitySchema,
  variants: z.array(
    z.object({
      variant: variantSchema,
      /** The run's folder, relative to this file's; null until it has one. */
      folder: z.string().nullable(),
      /** Null until it has ended. */
      status: shownStatus.nullable(),
      problem: problemSchema.optional(),
    }),
  ),
});
export type Sweep = z.infer<typeof sweepSchema>;

/** What `lookalike run --json` prints of a file with a matrix. */
export const sweepDocumentSchema = z.object({
  sweep: z.object({
    id: z.string(),
    axes,
    missing: z
      .array(z.object({ variant: variantSchema, problem: problemSchema.nullable() }))
      .optional()
      .describe('Variants without results: they did not begin, and why'),
  }),
  runs: z
    .array(resultsSchema)
    .describe('A document a variant, in the order of the matrix; `run.variant` has its values'),
});
export type SweepDocument = z.infer<typeof sweepDocumentSchema>;
