import { z } from 'zod';

/**
 * An expected failure: something a user can cause and put right.
 *
 * `code` is stable and documented; `message` names the file or the value; `hint` says what to do;
 * `specPath` points into the experiment file (`['embed', 'models', 0]`). It is the one shape in
 * which errors cross a process boundary.
 */
export const problemSchema = z.object({
  code: z.string(),
  message: z.string(),
  specPath: z.array(z.union([z.string(), z.number()])).optional(),
  hint: z.string().optional(),
});

export type Problem = z.infer<typeof problemSchema>;
