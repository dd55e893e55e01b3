import * as z from 'zod';
import { permission, problemSchema } from '../problem.js';
import { computeProperties, runEventSchema } from '../runner.js';
import { searchAnswerSchema, searchChoiceSchema, searchIndexSchema, searchSchema } from './search.js';

const question = z.int().nonnegative();

/** What the parent tells a process that searches. */
export const searchProcessRequestSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('open'),
    /** Absolute path of the experiment file. */
    file: z.string(),
    text: z.string(),
    /** `key.path=value` settings that override the file. */
    set: z.array(z.string()),
    workspaceFolder: z.string().optional(),
    /** The private `.lookalike` folder. */
    home: z.string(),
    ...computeProperties,
    /** Module paths of third parties' plugins. */
    plugins: z.array(z.string()),
    /** What the user has said yes to. */
    allow: z.array(permission),
  }),
  z.object({ type: z.literal('search'), question, search: searchSchema }),
  z.object({ type: z.literal('stop') }),
]);
export type SearchProcessRequest = z.infer<typeof searchProcessRequestSchema>;
export type OpenRequest = Extract<SearchProcessRequest, { type: 'open' }>;
export type SearchRequest = Extract<SearchProcessRequest, { type: 'search' }>;

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: searchAnswerSchema }),
  z.object({ ok: z.literal(false), problem: problemSchema }),
]);

/** What a process that searches tells its parent: how it gets ready, what it finds, and why it ended. */
export const searchProcessEventSchema = z.union([
  z.object({
    type: z.literal('opened'),
    indices: z.array(searchIndexSchema),
    choices: z.array(searchChoiceSchema),
  }),
  z.object({ type: z.literal('answered'), question, answer }),
  z.object({ type: z.literal('stopped'), problem: problemSchema.optional() }),
  runEventSchema,
]);
export type SearchProcessEvent = z.infer<typeof searchProcessEventSchema>;
