import * as z from 'zod';
import { problemSchema } from '../../problem.js';
import { savedFileSchema } from '../../webview.js';
import { packedRunsSchema } from './packed-rows.js';
import { runRowSchema } from './run-row.js';

const folder = z.string();
const folders = z.array(folder).min(1);

/** What the host of the table of runs tells its page. */
export const toRunsPageSchema = z.discriminatedUnion('type', [
  /**
   * Runs that are new or have changed. `total` is how many there are, of which more come while they are `listing`;
   * `afresh`: what the page had before is no more.
   */
  z.object({
    type: z.literal('rows'),
    rows: packedRunsSchema,
    listing: z.object({ total: z.int().nonnegative(), isDone: z.boolean(), afresh: z.boolean() }).optional(),
  }),
  /** How far runs are, more often than their rows are read. */
  z.object({
    type: z.literal('going'),
    runs: z.array(
      z.object({
        folder,
        ...runRowSchema.pick({ status: true, progress: true, waiting: true }).shape,
      }),
    ),
  }),
  z.object({ type: z.literal('gone'), folders: z.array(folder) }),
  z.object({ type: z.literal('problem'), problem: problemSchema }),
]);
export type ToRunsPage = z.infer<typeof toRunsPageSchema>;

/** What the page of the table of runs asks its host for. */
export const fromRunsPageSchema = z.discriminatedUnion('type', [
  /** The page listens. */
  z.object({ type: z.literal('ready') }),
  /** Lists the runs anew. */
  z.object({ type: z.literal('refresh') }),
  /** Opens the results of a run. */
  z.object({ type: z.literal('open'), folder }),
  z.object({ type: z.literal('compare'), folders }),
  z.object({ type: z.literal('runAgain'), folders }),
  z.object({ type: z.literal('cancel'), folders }),
  /** Removes them for good, after a question. */
  z.object({ type: z.literal('remove'), folders }),
  z.object({ type: z.literal('star'), folders, star: z.boolean() }),
  /** Asks for a note, which is the same for all of them. */
  z.object({ type: z.literal('note'), folders }),
  z.object({ type: z.literal('save'), file: savedFileSchema }),
]);
export type FromRunsPage = z.infer<typeof fromRunsPageSchema>;
