import { z } from 'zod';
import { computeProperties, deviceSchema } from './compute.js';
import { plannedWorkSchema } from './planned-work.js';
import { permission, problemSchema } from './problem.js';
import { runStatus } from './results.js';
import { stageProgressSchema } from './stage-progress.js';

/** What the parent tells a runner process. */
export const runnerRequestSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    /** Absolute path of the experiment file. */
    file: z.string(),
    /** Its text: the editor's, where it is not saved. */
    text: z.string(),
    /** `key.path=value` settings that override the file. */
    set: z.array(z.string()),
    /** The run's folder, which exists and is empty. */
    folder: z.string(),
    runId: z.string(),
    /** The private `.lookalike` folder. */
    home: z.string(),
    workspaceFolder: z.string().optional(),
    /** Stop after this stage. */
    stage: z.string().optional(),
    useCache: z.boolean(),
    ...computeProperties,
    /** Module paths of third parties' plugins. */
    plugins: z.array(z.string()),
    /** What the user has said yes to. */
    allow: z.array(permission).default([]),
  }),
  z.object({ type: z.literal('cancel') }),
  /** Says what a run would do and cost, and ends. */
  z.object({
    type: z.literal('plan'),
    file: z.string(),
    text: z.string(),
    home: z.string(),
    workspaceFolder: z.string().optional(),
    /** Each has embeddings of its own. */
    device: deviceSchema,
    plugins: z.array(z.string()),
  }),
]);
export type RunnerRequest = z.infer<typeof runnerRequestSchema>;
export type StartRequest = Extract<RunnerRequest, { type: 'start' }>;
export type PlanRequest = Extract<RunnerRequest, { type: 'plan' }>;

/** The answer to `plan`. */
export const planAnswerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('planned'), planned: z.array(plannedWorkSchema) }),
  z.object({ type: z.literal('not-planned'), problem: problemSchema }),
]);
export type PlanAnswer = z.infer<typeof planAnswerSchema>;

/** What a runner process tells its parent; `--progress json` prints one a line. */
export const runEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run-started'), runId: z.string(), folder: z.string(), stages: z.array(z.string()) }),
  z.object({ type: z.literal('stage-started'), stage: z.string() }),
  z.object({
    type: z.literal('progress'),
    stage: z.string(),
    ...stageProgressSchema.shape,
  }),
  z.object({ type: z.literal('stage-finished'), stage: z.string(), seconds: z.number(), cached: z.boolean() }),
  z.object({ type: z.literal('warning'), problem: problemSchema }),
  z.object({
    type: z.literal('run-finished'),
    status: runStatus,
    problem: problemSchema.optional(),
    /** `results.json`, where it was written. */
    results: z.string().optional(),
  }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
