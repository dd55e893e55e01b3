import * as z from 'zod';
import { plannedWorkSchema } from '../planned-work.js';
import { variantSchema } from '../variant-schema.js';

/** What `lookalike plan --json` prints. */
export const planDocumentSchema = z.object({
  file: z.string().describe('Absolute path of the experiment file'),
  name: z.string(),
  device: z.string(),
  work: z
    .array(plannedWorkSchema)
    .describe('In the order in which it is done, of all variants together; null is what no run has measured here'),
  variants: z
    .array(z.object({ variant: variantSchema, work: z.array(plannedWorkSchema) }))
    .describe('Each on its own; a file without a matrix has one, without values'),
});
export type PlanDocument = z.infer<typeof planDocumentSchema>;
