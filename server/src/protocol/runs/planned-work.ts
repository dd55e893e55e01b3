import { z } from 'zod';

const quantity = z.number().nonnegative().nullable();

/** What a stage would do and cost; null is what cannot be known, or was never measured on this machine. */
export const plannedWorkSchema = z.object({
  stage: z.string(),
  /** What is worked on: a model's name, mostly. */
  label: z.string(),
  total: quantity,
  cached: quantity,
  seconds: quantity,
  diskMb: quantity,
  memoryMb: quantity,
});
export type PlannedWork = z.infer<typeof plannedWorkSchema>;
