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
  /** Of all parts of the stage, from 0 to 1; never goes back. Only a run knows its stages. */
  share: z.number().min(0).max(1).optional(),
});
/** How far a run is. */
export const runProgressSchema = z.object({
  /** Of all parts of all of its stages, from 0 to 1; never goes back. */
  share: z.number().min(0).max(1),
  /** Null unless it is known of every part. */
  secondsLeft: z.number().nullable(),
});
export type StageProgress = z.infer<typeof stageProgressSchema>;
