import { z } from 'zod';
import { problemSchema } from './problem.js';
import { permission, runEventSchema } from './runner.js';

/** What the parent tells a process that serves. */
export const serveRequestSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('serve'),
    /** Absolute path of the experiment file. */
    file: z.string(),
    text: z.string(),
    /** `key.path=value` settings that override the file. */
    set: z.array(z.string()),
    /** The private `.lookalike` folder. */
    home: z.string(),
    threads: z.int().positive(),
    /** Module paths of third parties' plugins. */
    plugins: z.array(z.string()),
    /** What the user has said yes to. */
    allow: z.array(permission),
    /** A name or address of this machine. */
    host: z.string(),
    /** 0 takes one that is free. */
    port: z.int().min(0).max(65_535),
  }),
  z.object({ type: z.literal('stop') }),
]);
export type ServeProcessRequest = z.infer<typeof serveRequestSchema>;
export type ServeRequest = Extract<ServeProcessRequest, { type: 'serve' }>;

/** What a process that serves tells its parent: how it gets ready, where it serves, and why it ended. */
export const serveEventSchema = z.union([
  z.object({
    type: z.literal('serving'),
    /** `http://127.0.0.1:1234`. */
    address: z.string(),
    indices: z.array(z.object({ name: z.string(), images: z.int(), dimension: z.int() })),
  }),
  z.object({ type: z.literal('stopped'), problem: problemSchema.optional() }),
  runEventSchema,
]);
export type ServeEvent = z.infer<typeof serveEventSchema>;
