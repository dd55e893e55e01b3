import * as z from 'zod';
import { problemSchema } from '../problem.js';
import { runStatus } from '../results.js';
import { runProgressSchema, stageProgressSchema } from './stage-progress.js';
import { sweptProperties } from './variant-schema.js';

const seconds = z.number().nonnegative();

export const stageStateSchema = z.object({
  name: z.string(),
  /** `cached` is done, from what an earlier run had computed; `idle` is not begun. */
  status: z.enum(['idle', 'running', 'cached', 'done', 'failed', 'cancelled']),
  seconds: seconds.nullable(),
  /** While it is running, once it has said something. */
  progress: stageProgressSchema.nullable(),
});
export type StageState = z.infer<typeof stageStateSchema>;

/** `interrupted`: it says that it is running, and its process is no more. */
export const shownStatus = z.enum([...runStatus.options, 'interrupted']);
export type ShownStatus = z.infer<typeof shownStatus>;

/** A figure for a list of runs, as text: `top-1` `94.3 %`. */
export const headlineSchema = z.object({ label: z.string(), value: z.string() });

/** A run as a list shows it, going on or finished, of whichever process. */
export const runSummarySchema = z.object({
  id: z.string(),
  /** The run's folder: what other requests name the run by. */
  folder: z.string(),
  /** Absolute path of the experiment file, which may be gone. */
  file: z.string(),
  uri: z.string(),
  name: z.string(),
  status: shownStatus,
  /** What overrode the file, and the stage that it was to stop after. */
  set: z.array(z.string()),
  stage: z.string().optional(),
  ...sweptProperties,
  /** How many variants its sweep has. */
  variantCount: z.int().optional(),
  /** In what it differs from the run of the same file before it, a few values at the most: `mode: high`. */
  differs: z.array(z.string()).default([]),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  stages: z.array(stageStateSchema),
  /** While it runs, once it has said something. */
  progress: runProgressSchema.nullable(),
  /** How many runs that were started before it have to end before it begins; 0 of one that has. */
  waiting: z.int().nonnegative().default(0),
  /** Why it failed. */
  problem: problemSchema.nullable(),
  warnings: z.array(problemSchema),
  /** Of a run that goes on, of what it has measured so far. */
  headline: z.array(headlineSchema),
  /** While it runs, how often its results were written: more often, and there is more to read. */
  written: z.int().nonnegative().default(0),
  expect: z.object({ held: z.int().nonnegative(), of: z.int().nonnegative() }),
  /** Whether an editor started it, which shows its progress; a terminal shows that of its own. */
  own: z.boolean(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;
