import * as z from 'zod';

/** How far a stage is; of no use but to be shown, since the next message replaces it. */
export const stageProgressSchema = z.object({
  /** What is being worked on within the stage: a model's name, mostly. */
  label: z.string(),
  done: z.int().nonnegative(),
  total: z.int().nonnegative(),
  /** Items a second, over the last seconds; null until known. */
  rate: z.number().nullable(),
  secondsLeft: z.number().nullable(),
});
export type StageProgress = z.infer<typeof stageProgressSchema>;
