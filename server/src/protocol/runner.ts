import * as z from 'zod';
import { DEVICES } from './choices.js';
import { permission, problemSchema } from './problem.js';
import { runStatus } from './results.js';
import { plannedWorkSchema } from './runs/planned-work.js';
import { runProgressSchema, stageProgressSchema } from './runs/stage-progress.js';
import { sweptProperties } from './runs/variant-schema.js';

export const deviceSchema = z.enum(DEVICES);

/** What a process computes with: properties of the requests that begin its work. */
export const computeProperties = {
  threads: z.int().positive(),
  device: deviceSchema,
};

/**
 * A process as a file names it, so that whoever reads the file later knows whether it still runs: a number alone soon
 * belongs to something else.
 */
export const processIdentitySchema = z.object({
  pid: z.int(),
  /** When it began, in the system's own words; null where the system does not say. */
  started: z.string().nullable(),
  /** Where its number means anything: a machine since it was switched on, and a container in it. */
  space: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** Who started a run: of what an editor's window started, every window of that folder shows the progress. */
export const starter = z.enum(['editor', 'terminal']);

/** An executor by its name, with its parameters as its schema gives them. */
export const executorUseSchema = z.object({ use: z.string(), params: z.record(z.string(), z.unknown()) });
export type ExecutorUse = z.infer<typeof executorUseSchema>;

/** A run that is wanted: its starter leaves this in the run's folder, for the runner to read. */
export const startRequestSchema = z.object({
  /** Absolute path of the experiment file. */
  file: z.string(),
  /** Its text: the editor's, where it is not saved. */
  text: z.string(),
  /** What the experiment is called, so that lists of runs know it before it is read anew. */
  name: z.string().optional(),
  /** `key.path=value` settings that override the file. */
  set: z.array(z.string()),
  runId: z.string(),
  /** The private `.lookalike` folder. */
  home: z.string(),
  workspaceFolder: z.string().optional(),
  /** Of a variant, whose text is the file's with `set` and its values in it. */
  ...sweptProperties,
  /** How many variants its sweep has. */
  variantCount: z.int().optional(),
  /** Stop after this stage. */
  stage: z.string().optional(),
  useCache: z.boolean(),
  ...computeProperties,
  /** What computes shards, where that is not the run itself. */
  executor: executorUseSchema.optional(),
  /** Module paths of third parties' plugins. */
  plugins: z.array(z.string()),
  /** What the user has said yes to. */
  allow: z.array(permission).default([]),
  startedBy: starter,
  /** The editor with which the run is to end, where the user wants that: its process. */
  stopWith: processIdentitySchema.optional(),
});
export type StartRequest = z.infer<typeof startRequestSchema>;

/** Asks a runner process, by a message, what a run would do and cost. */
export const planRequestSchema = z.object({
  file: z.string(),
  text: z.string(),
  home: z.string(),
  workspaceFolder: z.string().optional(),
  /** Each has embeddings of its own. */
  device: deviceSchema,
  plugins: z.array(z.string()),
});
export type PlanRequest = z.infer<typeof planRequestSchema>;

/** The answer to `plan`. */
export const planAnswerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('planned'), planned: z.array(plannedWorkSchema) }),
  z.object({ type: z.literal('not-planned'), problem: problemSchema }),
]);
export type PlanAnswer = z.infer<typeof planAnswerSchema>;

/** What a runner says, a line each in its run's folder; `--progress json` prints them. */
export const runEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run-started'), runId: z.string(), folder: z.string(), stages: z.array(z.string()) }),
  /** Runs that were started before it have to end first, so many of them; 0 when its turn has come. */
  z.object({ type: z.literal('waiting'), runs: z.int().nonnegative() }),
  z.object({ type: z.literal('stage-started'), stage: z.string() }),
  z.object({
    type: z.literal('progress'),
    stage: z.string(),
    ...stageProgressSchema.shape,
    /** Of a run; what serves or exports has none. */
    run: runProgressSchema.optional(),
  }),
  z.object({ type: z.literal('stage-finished'), stage: z.string(), seconds: z.number(), cached: z.boolean() }),
  z.object({ type: z.literal('warning'), problem: problemSchema }),
  z.object({
    /** What is known so far is in `results.json`: a part of a stage or a stage was done. */
    type: z.literal('results-written'),
    /** What it holds that it did not hold before. */
    figures: z.array(z.object({ label: z.string(), value: z.string() })),
  }),
  z.object({
    type: z.literal('run-finished'),
    status: runStatus,
    problem: problemSchema.optional(),
    /** `results.json`, where it was written. */
    results: z.string().optional(),
  }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
