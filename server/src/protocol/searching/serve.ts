import * as z from 'zod';
import { EXPORT_FORMATS } from '../choices.js';
import { permission, problemSchema } from '../problem.js';
import { computeProperties, runEventSchema } from '../runner.js';

const experiment = {
  /** Absolute path of the experiment file. */
  file: z.string(),
  text: z.string(),
  /** `key.path=value` settings that override the file. */
  set: z.array(z.string()),
};

const means = {
  /** The private `.lookalike` folder. */
  home: z.string(),
  ...computeProperties,
  /** Module paths of third parties' plugins. */
  plugins: z.array(z.string()),
  /** What the user has said yes to. */
  allow: z.array(permission),
};

const exportFormat = z.enum(EXPORT_FORMATS);
export type ExportFormat = z.infer<typeof exportFormat>;

const listening = {
  /** A name or address of this machine. */
  host: z.string(),
  /** 0 takes one that is free. */
  port: z.int().min(0).max(65_535),
};

/** What the parent tells a process that serves, or writes down, what can be searched. */
export const serveRequestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('serve'), ...experiment, ...means, ...listening }),
  z.object({
    type: z.literal('serve-folder'),
    /** A folder in clip-retrieval's format. */
    folder: z.string(),
    /** What made its embeddings, as an experiment names a model: queries are embedded by it. */
    model: z.string().optional(),
    /** Absolute path of the folder below which its images may be read. */
    images: z.string().optional(),
    ...means,
    ...listening,
  }),
  z.object({
    type: z.literal('export'),
    /** The folder to write. */
    to: z.string(),
    format: exportFormat,
    /** The hash of the data set's images that a run was of, where it is that run which is exported. */
    dataset: z.string().optional(),
    /** One of the experiment's models, by its name; the first where it is absent. */
    model: z.string().optional(),
    ...experiment,
    ...means,
  }),
  z.object({ type: z.literal('stop') }),
]);
export type ServeProcessRequest = z.infer<typeof serveRequestSchema>;
export type ServeRequest = Extract<ServeProcessRequest, { type: 'serve' }>;
export type ServeFolderRequest = Extract<ServeProcessRequest, { type: 'serve-folder' }>;
export type ExportRequest = Extract<ServeProcessRequest, { type: 'export' }>;
export type ServeWork = ServeRequest | ServeFolderRequest | ExportRequest;

/** What a process that serves tells its parent: how it gets ready, where it serves or what it wrote, and why it ended. */
export const serveEventSchema = z.union([
  z.object({
    type: z.literal('serving'),
    /** `http://127.0.0.1:1234`. */
    address: z.string(),
    indices: z.array(z.object({ name: z.string(), images: z.int(), dimension: z.int() })),
  }),
  z.object({
    type: z.literal('exported'),
    folder: z.string(),
    model: z.string(),
    images: z.int(),
    /** Files of each kind. */
    shards: z.int(),
  }),
  z.object({ type: z.literal('stopped'), problem: problemSchema.optional() }),
  runEventSchema,
]);
export type ServeEvent = z.infer<typeof serveEventSchema>;
