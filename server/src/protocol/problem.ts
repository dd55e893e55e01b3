import * as z from 'zod';
import { PERMISSIONS } from './choices.js';

/** What the user must have said yes to. */
export const permission = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof permission>;

/** What puts a problem right, for a button or a command: the user's yes, or weights that are published. */
export const remedySchema = z.union([
  z.object({ allow: permission }),
  /** `precision`: one of those that the model is published in; default: its first. */
  z.object({ fetch: z.object({ model: z.string(), precision: z.string().optional() }) }),
]);
export type Remedy = z.infer<typeof remedySchema>;

/**
 * An expected failure: something a user can cause and put right.
 *
 * `code` is stable and documented; `message` names the file or the value; `hint` says what to do, and `remedy` the
 * same as data, so that nobody reads it out of a sentence; `specPath` points into the experiment file (`['embed', 'models', 0]`). It is the one shape in
 * which errors cross a process boundary.
 */
export const problemSchema = z.object({
  code: z.string(),
  message: z.string(),
  specPath: z.array(z.union([z.string(), z.number()])).optional(),
  hint: z.string().optional(),
  /** One of a later version is left out. */
  remedy: remedySchema.optional().catch(undefined),
  /** Files that tell more: what workers elsewhere wrote before they failed. */
  logs: z.array(z.object({ label: z.string(), file: z.string() })).optional(),
});

export type Problem = z.infer<typeof problemSchema>;

/** Messages are without the full stop that they need where a hint follows in the same line. */
export function ended(message: string): string {
  return /[.!?:…]$/.test(message) ? message : `${message}.`;
}

/** What went wrong and what to do, in one line. */
export function inOneLine({ message, hint }: Pick<Problem, 'message' | 'hint'>): string {
  return hint ? `${ended(message)} ${hint}` : message;
}
