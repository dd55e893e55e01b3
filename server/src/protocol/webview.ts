import * as z from 'zod';
import { problemSchema } from './errors.js';
import { resultsSchema } from './results.js';

export type { Problem } from './errors.js';
export type { QueryPage, QuerySelection, QueryTableRow } from './query-page.js';
export type { AccuracyResult, Hits, Results, RunStatus, SkippedImage, StageResult } from './results.js';

/** Runs that a page shows beside its own: as many as have a colour that can be told from the others. */
export const MAX_COMPARED = 5;

/** A raster image inside the page itself: a page never loads one from elsewhere. */
const imageUri = z.string().regex(/^data:image\/(?:png|jpeg|webp|avif);base64,[A-Za-z0-9+/]+={0,2}$/);

/** `thumbnails.json` of a run's folder: the queries whose neighbours are worth a look, and small images by id. */
export const thumbnailsSchema = z.object({
  /** Ids of the queries to show, in order. */
  queries: z.array(z.string()),
  /** Of those queries and of their neighbours. */
  images: z.record(z.string(), imageUri),
});
export type Thumbnails = z.infer<typeof thumbnailsSchema>;

const foundImage = z.object({
  id: z.string(),
  identity: z.string().nullable(),
  distance: z.number().describe('In the unit of the index'),
});

/** What one query found with one model, as the original or as a perturbed version. */
export const queryRowSchema = z.object({
  id: z.string(),
  identity: z.string().nullable(),
  model: z.string(),
  version: z.string().describe('`original` or the name of a perturbation'),
  correct: z.boolean().nullable().describe('Whether the nearest is of the same identity; null where one is unknown'),
  neighbours: z.array(foundImage).describe('Nearest first'),
});
export type QueryRow = z.infer<typeof queryRowSchema>;
export type FoundImage = z.infer<typeof foundImage>;

/** The id of the page's element that holds a report's data as JSON, where the page is a file of its own. */
export const REPORT_DATA_ELEMENT = 'report-data';

/** Everything a report shows. */
export const reportDataSchema = z.object({
  results: resultsSchema,
  /** Runs to compare with, one colour each. */
  compare: z.array(resultsSchema).max(MAX_COMPARED).default([]),
  queries: z.array(queryRowSchema).default([]),
  /** Image data by id, for images that `queries` names. */
  thumbnails: z.record(z.string(), imageUri).default({}),
});
export type ReportData = z.infer<typeof reportDataSchema>;

/** A file that the page made, for the user to keep. The name has no folder in it. */
const savedFile = z.object({
  name: z.string().regex(/^[^/\\:*?"<>|]+\.(?:csv|svg)$/),
  mime: z.enum(['text/csv', 'image/svg+xml']),
  text: z.string(),
});
export type SavedFile = z.infer<typeof savedFile>;

/** What a panel's host tells its page. */
export const toPanelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('report'), data: reportDataSchema }),
  z.object({ type: z.literal('problem'), problem: problemSchema }),
]);
export type ToPanel = z.infer<typeof toPanelSchema>;

/** What a panel's page tells its host. */
export const fromPanelSchema = z.discriminatedUnion('type', [
  /** The page listens: the host may send the report. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('save'), file: savedFile }),
]);
export type FromPanel = z.infer<typeof fromPanelSchema>;
