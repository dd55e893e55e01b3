import * as z from 'zod';
import { problemSchema } from '../../problem.js';
import { FIGURE_KINDS } from '../../results/figure.js';
import { shownStatus } from '../run-state.js';
import { runProgressSchema } from '../stage-progress.js';
import { sweptProperties } from '../variant-schema.js';

/** A value of an experiment's file; a list, or a block without keys of its own, is its text. */
export const settingSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Setting = z.infer<typeof settingSchema>;

/** A figure of a run, with what must be said beside it. */
export const rowFigureSchema = z.object({
  value: z.number(),
  interval: z
    .tuple([z.number(), z.number()])
    .optional()
    .describe('95 % interval: by identity where the figure has one, else Wilson’s'),
  whiteBox: z
    .union([z.literal(true), z.literal('unknown')])
    .optional()
    .describe('Whether who evaluates is a surrogate; absent where it is none'),
});
export type RowFigure = z.infer<typeof rowFigureSchema>;

/** What a run's user wrote of it. */
export const runNoteSchema = z.object({
  star: z.boolean().default(false),
  note: z.string().default(''),
});
export type RunNote = z.infer<typeof runNoteSchema>;

/** A run as a row of the table of runs. */
export const runRowSchema = z.object({
  id: z.string(),
  folder: z.string().describe('The run’s folder'),
  file: z.string().describe('Absolute path of the experiment file, which may be gone'),
  name: z.string().describe('The experiment’s'),
  status: shownStatus,
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  stage: z.string().nullable().describe('The stage that it was to stop after'),
  set: z.array(z.string()).describe('What overrode the file'),
  ...sweptProperties,
  settings: z
    .record(z.string(), settingSchema)
    .describe('What the experiment was, defaults included, by the paths of `--set`; paths on disk as they are written'),
  figures: z.record(z.string(), rowFigureSchema).describe('What was measured, by the paths of `expect`'),
  expect: z.object({ held: z.int().nonnegative(), of: z.int().nonnegative() }),
  problem: problemSchema.nullable().describe('Why it failed, or what of it cannot be read'),
  progress: runProgressSchema.nullable().describe('While it runs, once it has said something'),
  waiting: z
    .int()
    .nonnegative()
    .describe('How many runs that were started before it have to end before it begins; 0 of one that has'),
  ...runNoteSchema.shape,
});
export type RunRow = z.infer<typeof runRowSchema>;

/** What a figure of the table is, whichever run it is of. */
export const figureOfTableSchema = z.object({
  path: z.string(),
  label: z.string(),
  kind: z.enum(FIGURE_KINDS),
  better: z.enum(['higher', 'lower', 'neither']).describe('For whom recognises'),
  matters: z.boolean().describe('A table shows it unless it is told which columns to show'),
});
export type FigureOfTable = z.infer<typeof figureOfTableSchema>;

/** Runs with the figures that they have. */
export const runTableSchema = z.object({
  runs: z.array(runRowSchema),
  figures: z.array(figureOfTableSchema),
});
export type RunTable = z.infer<typeof runTableSchema>;
