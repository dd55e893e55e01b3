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

/** A value, or the expected failure that stands in its place. Bugs throw instead. */
export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export type Failure = Extract<Result<never>, { ok: false }>;

export function fail(code: string, message: string, more: Omit<Problem, 'code' | 'message'> = {}): Failure {
  return { ok: false, problem: { code, message, ...more } };
}
