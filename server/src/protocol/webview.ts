import * as z from 'zod';
import { foundFaceSchema, shownFacesSchema } from './images/found-face.js';
import { imageUri } from './images/image-uri.js';
import { paperChoiceSchema } from './images/paper-choice.js';
import { MAX_COMPARED } from './limits.js';
import { problemSchema } from './problem.js';
import { resultsSchema } from './results.js';
import { faceMapSchema, MAP_METHODS, MOST_POINTS } from './runs/explore/face-map.js';
import {
  MOST_IN_MATRIX,
  MOST_PEOPLE,
  peoplePageSchema,
  peopleSelectionSchema,
  place,
  similaritiesSchema,
} from './runs/explore/people.js';
import { LARGEST_PAGE, queryPageSchema, querySelectionSchema, queryTableRowSchema } from './runs/query-page.js';
import { runSummarySchema } from './runs/run-state.js';
import { runComparisonSchema } from './runs/table/run-comparison.js';
import { THRESHOLD_FORMS, verifierDistancesSchema } from './runs/verifier-distances.js';

export type { Problem } from './errors.js';
export type { AccuracyResult, Hits, Results, RunStatus, SkippedImage, StageResult } from './results.js';
export type { QueryOrder, QueryPage, QuerySelection, QueryTableRow } from './runs/query-page.js';
export { queryOrder } from './runs/query-page.js';
export type { RunSummary, ShownStatus, StageState } from './runs/run-state.js';

/** A photograph before and after a perturbation, at one size. */
const perturbedPair = z.object({
  id: z.string(),
  version: z.string().describe('The name of the perturbation'),
  original: imageUri,
  perturbed: imageUri,
  /** As `facesBy` found it before and after. */
  face: foundFaceSchema.nullish(),
  perturbedFace: foundFaceSchema.nullish(),
  facesBy: z.string().nullable().default(null),
});

/** `thumbnails.json` of a run's folder: the queries whose neighbours are worth a look, and small images by id. */
export const thumbnailsSchema = z.object({
  /** Ids of the queries to show, in order. */
  queries: z.array(z.string()),
  /** Of those queries and of their neighbours. */
  images: z.record(z.string(), imageUri),
  /** Where the faces of `images` are. */
  faces: shownFacesSchema.nullable().default(null),
  perturbed: z.array(perturbedPair).default([]),
});
export type Thumbnails = z.infer<typeof thumbnailsSchema>;

const foundImage = z.object({
  id: z.string(),
  identity: z.string().nullable(),
  distance: z.number().describe('From what was searched with, in the unit of the run’s thresholds'),
  valid: z
    .boolean()
    .nullable()
    .default(null)
    .describe('Whether it is within the query’s threshold of the original photograph; null where that was not judged'),
  judged: z
    .number()
    .nullable()
    .default(null)
    .describe(
      'From the query’s original photograph, by the verifier in the threshold’s unit, which decides; null where it is not known',
    ),
});

/** What one query found with one model, as the original or as a perturbed version. */
export const queryRowSchema = z.object({
  id: z.string(),
  identity: z.string().nullable(),
  model: z.string(),
  version: z.string().describe('`original` or the name of a perturbation'),
  correct: z.boolean().nullable().describe('Whether the nearest is of the same identity; null where one is unknown'),
  neighbours: z.array(foundImage).describe('Nearest first, those that are shown'),
  judged: z
    .object({ valid: z.int().nonnegative(), of: z.int().nonnegative() })
    .nullable()
    .default(null)
    .describe('How many of all its results are valid, shown or not; null where that was not judged'),
});
export type QueryRow = z.infer<typeof queryRowSchema>;
export type FoundImage = z.infer<typeof foundImage>;

/** The id of the page's element that holds a report's data as JSON, where the page is a file of its own. */
export const REPORT_DATA_ELEMENT = 'report-data';

/** What a reader who repeats a run needs beside its figures. */
const describedSchema = z.object({
  /** The experiment's file as it was run; null where it is not there, or is another one. */
  spec: z.string().nullable(),
  methods: z.object({
    /** Plain text; names and settings stand in backticks, and works by their keys as Pandoc has it: `[@shan2020fawkes]`. */
    paragraphs: z.array(z.string()),
    references: z.array(z.object({ key: z.string(), short: z.string(), bibtex: z.string() })),
  }),
});
export type Described = z.infer<typeof describedSchema>;

/** Queries as one model sees one version of them: the first of `total`. */
const queryTableSchema = z.object({
  model: z.string(),
  version: z.string(),
  rows: z.array(queryTableRowSchema),
  total: z.int().nonnegative(),
});
export type QueryTable = z.infer<typeof queryTableSchema>;

/** Everything a report shows. */
export const reportDataSchema = z.object({
  results: resultsSchema,
  /** Runs to compare with, one colour each. */
  compare: z.array(resultsSchema).max(MAX_COMPARED).default([]),
  queries: z.array(queryRowSchema).default([]),
  /** Image data by id, for images that `queries` names. */
  thumbnails: z.record(z.string(), imageUri).default({}),
  /** Where the faces of `thumbnails` are. */
  faces: shownFacesSchema.nullable().default(null),
  /** Some perturbed photographs beside their originals. */
  perturbed: z.array(perturbedPair).default([]),
  /** Of a report that is a file of its own. */
  described: describedSchema.optional(),
  queryTables: z.array(queryTableSchema).optional(),
});
export type ReportData = z.infer<typeof reportDataSchema>;

const fileName = (ending: string) => z.string().regex(new RegExp(`^[^/\\\\:*?"<>|]+\\.${ending}$`));
const savedText = <M extends string>(ending: string, mime: M) =>
  z.object({ name: fileName(ending), mime: z.literal(mime), text: z.string() });

/** A file that the page made, for the user to keep. The name has no folder in it. */
export const savedFileSchema = z.discriminatedUnion('mime', [
  savedText('csv', 'text/csv'),
  savedText('svg', 'image/svg+xml'),
  savedText('md', 'text/markdown'),
  savedText('tex', 'application/x-tex'),
  savedText('bib', 'application/x-bibtex'),
  savedText('json', 'application/json'),
  z.object({ name: fileName('png'), mime: z.literal('image/png'), base64: z.base64() }),
]);
export type SavedFile = z.infer<typeof savedFileSchema>;

/** Answers name the question that they answer by its number, as a page may ask another before one is answered. */
const question = z.int().nonnegative();

/** A photograph's address for the page; null where the user has not let the page show it. */
export const photograph = z.object({ uri: z.url().nullable() });
export type Photograph = z.infer<typeof photograph>;

/** Where the faces of a query's photographs are. */
export const knownFaces = {
  /** By the model of the row where it looks for faces, else by another one of the run; null where none says. */
  faces: shownFacesSchema.nullable().default(null),
  /** Of the perturbed photograph by that model; null where it found none, absent where that is not known. */
  perturbedFace: foundFaceSchema.nullish(),
};

/** A query with what it found as one model and version, and the photographs of both. */
const queryViewSchema = queryRowSchema.extend({
  /** Up to which distance from the original photograph a result is valid, by the judging model; null where nothing was judged. */
  threshold: z.number().nullable(),
  /** By image id; an image that is gone has none. */
  photographs: z.record(z.string(), photograph),
  /** The perturbed photograph, where the version has one. */
  perturbed: photograph.nullable(),
  ...knownFaces,
});
export type QueryView = z.infer<typeof queryViewSchema>;

/** The folder of the photographs that the page may not show unless the user says so. */
const hiddenIn = z.string().nullable();

/** Numbers in a file of NumPy's, as they are: too many to be written out. */
const npyFile = z.custom<ArrayBuffer | Uint8Array>((sent) => sent instanceof ArrayBuffer || sent instanceof Uint8Array);

/** An image of the run by its line of `images.jsonl`; one that is gone has no photograph. */
const shownImage = z.object({
  place,
  id: z.string(),
  identity: z.string().nullable(),
  photograph: photograph.nullable(),
  face: foundFaceSchema.nullish(),
});
export type ShownImage = z.infer<typeof shownImage>;

/** Photographs that a lasso may hold: as many as a map has points. */
const MOST_IN_SUBSET = MOST_POINTS;

/** Queries whose photographs a page asks for at once, at the most. */
export const MOST_PICTURES = 48;

/** What a panel's host tells its page. */
export const toPanelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('report'), data: reportDataSchema }),
  z.object({ type: z.literal('problem'), problem: problemSchema }),
  /** How far the run is, while it goes on and when it has ended. */
  z.object({ type: z.literal('progress'), run: runSummarySchema }),
  /** The experiment file of each run as it was run; null where it was not kept. */
  z.object({ type: z.literal('specs'), texts: z.array(z.string().nullable()).min(1) }),
  /** What tells the runs apart, where there are several; null with the problem why that cannot be said. */
  z.object({
    type: z.literal('comparison'),
    comparison: runComparisonSchema.nullable(),
    problem: problemSchema.nullable(),
  }),
  z.object({ type: z.literal('page'), question, page: queryPageSchema }),
  /** Why a question has no other answer. */
  z.object({ type: z.literal('refused'), question, problem: problemSchema }),
  z.object({
    /** Of `askQuery`, and of `askQueries`. */
    type: z.literal('query'),
    question,
    views: z.array(queryViewSchema),
    hiddenIn,
  }),
  /** What another threshold can be looked at with: the files that `about` tells of. */
  z.object({
    type: z.literal('distances'),
    question,
    about: verifierDistancesSchema,
    judged: npyFile,
    genuine: npyFile,
    ends: npyFile,
  }),
  z.object({ type: z.literal('people'), question, people: peoplePageSchema }),
  z.object({ type: z.literal('similarities'), question, similarities: similaritiesSchema }),
  z.object({ type: z.literal('faceMap'), question, map: faceMapSchema }),
  z.object({
    type: z.literal('images'),
    question,
    images: z.array(shownImage),
    /** The model that looked for the faces. */
    by: z.string().nullable(),
    hiddenIn,
  }),
  /** How far it is what the page asked of the run's embeddings. */
  z.object({ type: z.literal('exploring'), what: z.string(), done: z.number(), total: z.number() }),
  z.object({ type: z.literal('photographs'), question, photographs: z.record(z.string(), photograph), hiddenIn }),
]);
export type ToPanel = z.infer<typeof toPanelSchema>;

/** What a panel's page asks its host for; what is written to a file is written by the host. */
export const fromPanelSchema = z.discriminatedUnion('type', [
  /** The page listens: the host may send the report. */
  z.object({ type: z.literal('ready') }),
  /** It shows the figures: the report is sent again, with the neighbours of some queries. */
  z.object({ type: z.literal('askNeighbours') }),
  z.object({ type: z.literal('save'), file: savedFileSchema }),
  z.object({
    type: z.literal('askPage'),
    question,
    selection: querySelectionSchema,
    offset: z.int().nonnegative(),
    limit: z.int().min(1).max(LARGEST_PAGE),
  }),
  /** `run` is a place among the runs of the page. */
  z.object({ type: z.literal('askQuery'), question, id: z.string(), run: z.int().nonnegative().default(0) }),
  /** Of some queries, their photographs as they are. */
  z.object({ type: z.literal('askPhotographs'), question, ids: z.array(z.string()).min(1).max(MOST_PICTURES) }),
  /** Some at once, which takes as long as one. */
  z.object({ type: z.literal('askQueries'), question, ids: z.array(z.string()).min(1).max(LARGEST_PAGE) }),
  z.object({ type: z.literal('askDistances'), question }),
  z.object({
    type: z.literal('askPeople'),
    question,
    selection: peopleSelectionSchema,
    offset: z.int().nonnegative(),
    limit: z.int().min(1).max(MOST_PEOPLE),
  }),
  z.object({
    type: z.literal('askSimilarities'),
    question,
    model: z.string(),
    identities: z.array(z.string()).min(1).max(MOST_IN_MATRIX),
  }),
  z.object({ type: z.literal('askMap'), question, model: z.string(), method: z.enum(MAP_METHODS) }),
  /** Some images by their lines, with their photographs. */
  z.object({ type: z.literal('askImages'), question, places: z.array(place).min(1).max(LARGEST_PAGE) }),
  /** Ends what was asked of the run's embeddings and is not answered yet. */
  z.object({ type: z.literal('stopExploring') }),
  /** Writes some images into a file that a data set can be. */
  z.object({
    type: z.literal('saveImages'),
    places: z.array(place).min(1).max(MOST_IN_SUBSET),
    from: z.object({ model: z.string(), method: z.enum(MAP_METHODS) }),
  }),
  /** Writes a threshold into the experiment's file. */
  z.object({ type: z.literal('setThreshold'), form: z.enum(THRESHOLD_FORMS), value: z.number() }),
  z.object({ type: z.literal('exportQueries'), selection: querySelectionSchema }),
  z.object({ type: z.literal('exportReport') }),
  /** Every figure of the run, as they are saved one by one. */
  z.object({ type: z.literal('exportFigures'), choice: paperChoiceSchema }),
  z.object({ type: z.literal('cancel') }),
  z.object({ type: z.literal('openExperiment') }),
  /** The user lets the page show the photographs that it was told are hidden. */
  z.object({ type: z.literal('showPhotographs') }),
]);
/** As it is sent: what has a default may be absent. */
export type FromPanel = z.input<typeof fromPanelSchema>;
/** As it is parsed. */
export type ReceivedFromPanel = z.output<typeof fromPanelSchema>;
