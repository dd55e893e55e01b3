import * as z from 'zod';

const quantity = z.number().nonnegative().nullable();

/** What a stage would do and cost; null is what cannot be known, or was never measured on this machine. Of `cached` null `seconds` is what all of it takes. */
export const plannedWorkSchema = z.object({
  stage: z.string(),
  /** What is worked on: a model's name, mostly. */
  label: z.string(),
  /** What is counted: images, where it does not say. */
  unit: z.literal('pair').optional(),
  total: quantity,
  cached: quantity,
  seconds: quantity,
  diskMb: quantity,
  memoryMb: quantity,
});
export type PlannedWork = z.infer<typeof plannedWorkSchema>;
