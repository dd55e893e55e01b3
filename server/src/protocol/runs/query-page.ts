import * as z from 'zod';
import { distanceUnit } from '../results/distance-unit.js';

/** Rows of a page of queries at the most: a table shows some tens at once. */
export const LARGEST_PAGE = 500;

const count = z.int().nonnegative();

/** What a table of queries may be ordered by; rows that have no such value come last. */
export const queryOrder = z.enum([
  ...(['id', 'identity', 'correct', 'distance', 'returned', 'valid', 'shift'] as const),
  ...(['dssim', 'strangers', 'control'] as const),
]);
export type QueryOrder = z.infer<typeof queryOrder>;

/** Which queries of a run, as one model and version of theirs see them, and in which order. */
export const querySelectionSchema = z.object({
  model: z.string(),
  version: z.string().default('original').describe('`original` or the name of a perturbation'),
  sort: z.object({ by: queryOrder, descending: z.boolean() }).default({ by: 'id', descending: false }),
  filter: z
    .object({
      text: z.string().optional().describe('Part of the id or of the identity, in any case'),
      correct: z.boolean().optional().describe('Only queries whose nearest image is of their identity, or is not'),
    })
    .default({}),
});
export type QuerySelection = z.input<typeof querySelectionSchema>;

/** A query as a table shows it. What was not measured is null. */
export const queryTableRowSchema = z.object({
  id: z.string(),
  identity: z.string().nullable(),
  correct: z.boolean().nullable().describe('Whether the nearest is of the same identity'),
  hits: z.record(z.string(), z.boolean()).nullable().describe('By depth of `accuracy.top`; null without an embedding'),
  distance: z.number().nullable().describe('From what was searched with to the nearest, in `unit`'),
  threshold: z
    .number()
    .nullable()
    .describe('Up to which distance from the original a result is valid, in `unit`; null where another model judges'),
  unit: distanceUnit,
  returned: count.nullable().describe('Results of the retrieval engine'),
  valid: count
    .nullable()
    .describe('Those of them within the threshold of the original photograph, by the judging model'),
  shift: z.number().nullable().describe('How far the perturbation moved the embedding: root L2'),
  strangers: z.number().nullable().describe('Share of the images of other identities that lie within the threshold'),
  control: z
    .number()
    .nullable()
    .describe('Share of strangers who find something that is valid by this query’s measure'),
  dssim: z
    .number()
    .nullable()
    .default(null)
    .describe('How much the perturbation can be seen: (1 − SSIM) / 2 over the face'),
});
export type QueryTableRow = z.infer<typeof queryTableRowSchema>;

export const queryPageSchema = z.object({
  rows: z.array(queryTableRowSchema).max(LARGEST_PAGE),
  /** Queries that the filter leaves. */
  matching: count,
  /** Queries of the run. */
  total: count,
});
export type QueryPage = z.infer<typeof queryPageSchema>;
