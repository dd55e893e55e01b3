import * as z from 'zod';
import { problemSchema } from '../problem.js';
import { startRequestSchema } from '../runner.js';
import { sweepSchema } from './sweep.js';
import { variantSchema } from './variant-schema.js';

/** Asks a process to run a sweep, and to begin one variant after the other whoever is there to see it. */
export const sweepRequestSchema = startRequestSchema
  .omit({ runId: true, home: true, sweep: true, variant: true, variantCount: true })
  .partial({ threads: true })
  .extend({
    name: z.string(),
    axes: sweepSchema.shape.axes,
    variants: z.array(z.object({ values: variantSchema, text: z.string() })),
    jobs: z.int().positive(),
  });
export type SweepRequest = z.infer<typeof sweepRequestSchema>;

/** What such a process tells of the sweep and of its variants, by their numbers, to whoever listens. */
export const sweepEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('opened'), id: z.string(), goesOn: z.boolean() }),
  z.object({ type: z.literal('runs'), variant: z.int(), id: z.string(), folder: z.string() }),
  z.object({
    type: z.literal('ended'),
    variant: z.int(),
    folder: z.string().optional(),
    problem: problemSchema.optional(),
  }),
  /** The sweep has ended, or could not begin. */
  z.object({ type: z.literal('stopped'), problem: problemSchema.optional() }),
]);
export type SweepEvent = z.infer<typeof sweepEventSchema>;
