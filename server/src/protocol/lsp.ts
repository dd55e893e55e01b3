import * as z from 'zod';
import type { Result } from './errors.js';
import { foundFaceSchema } from './images/found-face.js';
import { paperChoiceSchema } from './images/paper-choice.js';
import { MAX_COMPARED } from './limits.js';
import { permission, problemSchema, remedySchema } from './problem.js';
import { faceMapSchema, MAP_METHODS, MOST_POINTS } from './runs/explore/face-map.js';
import {
  MOST_IN_MATRIX,
  MOST_PEOPLE,
  peoplePageSchema,
  peopleSelectionSchema,
  place,
  similaritiesSchema,
} from './runs/explore/people.js';
import { plannedWorkSchema } from './runs/planned-work.js';
import { LARGEST_PAGE, queryPageSchema, querySelectionSchema } from './runs/query-page.js';
import { runSummarySchema } from './runs/run-state.js';
import { packedRunsSchema } from './runs/table/packed-rows.js';
import { runComparisonSchema } from './runs/table/run-comparison.js';
import { runNoteSchema } from './runs/table/run-row.js';
import { THRESHOLD_FORMS, verifierDistancesSchema } from './runs/verifier-distances.js';
import { searchAnswerSchema, searchSchema, searchStateSchema } from './searching/search.js';
import { knownFaces, queryRowSchema, reportDataSchema } from './webview.js';

/*
 * What a client and the language server say to each other besides the Language Server Protocol. Requests are
 * answered by a `Result`: an expected failure is a value. Both sides parse what arrives.
 */

function request<P extends z.ZodType, R extends z.ZodType>(name: string, params: P, value: R) {
  const answer = z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), value }),
    z.object({ ok: z.literal(false), problem: problemSchema }),
  ]);
  return { method: `lookalike/${name}` as const, params, result: answer };
}

function notification<P extends z.ZodType>(name: string, params: P) {
  return { method: `lookalike/${name}` as const, params };
}

/** `initializationOptions`. A client that knows nothing of Lookalike sends none. */
export const initializationOptionsSchema = z.object({
  /** False in a workspace that the user does not trust: editing works, running does not. */
  trusted: z.boolean().default(true),
  /**
   * The client shows and starts runs itself: it registers the commands of code lenses and is told of runs by
   * `lookalike/runChanged`. Otherwise the server offers the commands, and reports by work-done progress.
   */
  showsRuns: z.boolean().default(false),
  /** Absolute module paths of third parties' plugins. */
  plugins: z.array(z.string()).default([]),
});
export type InitializationOptions = z.infer<typeof initializationOptionsSchema>;

const position = z.object({ line: z.int().nonnegative(), character: z.int().nonnegative() });
const range = z.object({ start: position, end: position });
const uri = z.string().describe('Of an experiment file');
const folder = z.string().describe('A run’s folder, as a `RunSummary` names it');
const nothing = z.object({});

/** Where an answer with rows of runs ended. */
const rowPlace = z.object({ home: z.string(), last: z.string().optional() });
const MOST_ROWS = 2000;

const startRunParams = z.object({
  uri,
  /** Stop after this stage. */
  stage: z.string().optional(),
  /** `key.path=value` settings that override the file. */
  set: z.array(z.string()).default([]),
  /** Of a file with a matrix, `path=value` that its variants must have; all of them are run where it is empty. */
  variant: z.array(z.string()).default([]),
  useCache: z.boolean().default(true),
  /** What the user has said yes to. */
  allow: z.array(permission).default([]),
});

const expectationSchema = z.object({
  text: z.string(),
  range,
  /** How it ended the last time; null where no run has judged it. `stale`: the file has changed since. */
  outcome: z.object({ ok: z.boolean(), actual: z.number().nullable(), folder, stale: z.boolean() }).nullable(),
});

const templateSchema = z.object({
  name: z.string(),
  description: z.string(),
  /** A name for the new file, `.experiment.yaml` at its end. */
  fileName: z.string(),
  text: z.string(),
});

/** A query with its neighbours and, where the run names them, the photographs' files. */
const queryDetailsSchema = queryRowSchema.extend({
  /** Absolute path of the photograph of each image that the row names, by id. A run's folder may name any file. */
  files: z.record(z.string(), z.string()),
  /** Of the perturbed photograph, where the version has one. */
  perturbed: z.string().nullable(),
  /** Up to which distance from the original photograph a result is valid, by the judging model; null where nothing was judged. */
  threshold: z.number().nullable(),
  ...knownFaces,
});

const exploringSchema = z.object({ folder, what: z.string(), done: z.number(), total: z.number() });
export type ExploringProgress = z.infer<typeof exploringSchema>;

/** An image of a run by its line of `images.jsonl`, with its photograph's file, which may be any. */
const imageDetailsSchema = z.object({
  place,
  id: z.string(),
  identity: z.string().nullable(),
  file: z.string().optional(),
  /** As `by` found it; null where it found none, absent where that is not known. */
  face: foundFaceSchema.nullish(),
});

/** Client to server, by the name that the code knows them by. */
export const requests = {
  /**
   * Runs the experiment as it stands in the editor, saved or not; of a file with a matrix its variants, one after the
   * other, and the answer names the first. Problems: `variant-unknown`, `workspace-untrusted`, `permission-needed` (its remedy is the permission), `run-going-on`, the
   * first error of the file, those of the run's folder.
   */
  startRun: request('startRun', startRunParams, z.object({ runId: z.string(), folder: z.string() })),
  /** Ends within a second. Problem: `run-unknown`. */
  cancelRun: request('cancelRun', z.object({ runId: z.string() }), nothing),
  /**
   * The runs of all workspace folders, or of one file; newest first. The hundreds that are newest: `countRuns` says how
   * many there are. `newest`: none but so many of the newest of all, for which nobody waits until all are read.
   */
  listRuns: request(
    'listRuns',
    z.object({ uri: uri.optional(), newest: z.int().min(1).optional() }),
    z.array(runSummarySchema),
  ),
  /** The folders of runs of all workspace folders. */
  countRuns: request('countRuns', z.object({}), z.object({ runs: z.int().nonnegative() })),
  /**
   * Runs as rows of a table, newest first, of one private folder after the other: those that come after a place that an
   * earlier answer named, and the newest without it. `total` is of all private folders.
   */
  runRows: request(
    'runRows',
    z.object({ after: rowPlace.optional(), limit: z.int().min(1).max(MOST_ROWS) }),
    z.object({ rows: packedRunsSchema, next: rowPlace.nullable(), total: z.int().nonnegative() }),
  ),
  /** These runs as rows; without those that are no more. */
  rowsOfRuns: request('rowsOfRuns', z.object({ folders: z.array(folder).max(MOST_ROWS) }), packedRunsSchema),
  /** Keeps a star and a note beside a run, over what was said before. Problems: `run-unknown`, `note-too-long`. */
  noteRun: request('noteRun', z.object({ folder, note: runNoteSchema }), nothing),
  /**
   * Runs again what a run was of: the text that it kept, what was set, and up to the same stage. Problems: as of
   * `startRun`, and `run-text-unusable`.
   */
  rerun: request(
    'rerun',
    z.object({ folder, allow: z.array(permission).default([]) }),
    z.object({ runId: z.string(), folder: z.string() }),
  ),
  /** What a panel shows: the first folder's run, the others to compare with; without its `neighbours` it is quick. */
  readRun: request(
    'readRun',
    z.object({ folders: z.array(folder).min(1), neighbours: z.boolean().default(true) }),
    reportDataSchema,
  ),
  /** What tells runs apart, the first against each of the others. Problems: those of reading a run, `run-queries-unusable`. */
  compareRuns: request(
    'compareRuns',
    z.object({
      folders: z
        .array(folder)
        .min(2)
        .max(MAX_COMPARED + 1),
    }),
    runComparisonSchema,
  ),
  queryRows: request(
    'queryRows',
    querySelectionSchema.extend({
      folder,
      offset: z.int().nonnegative().default(0),
      limit: z.int().min(1).max(LARGEST_PAGE).default(100),
    }),
    queryPageSchema,
  ),
  /** Some queries with what they found, as every model and version. */
  readQueries: request(
    'readQueries',
    z.object({ folder, ids: z.array(z.string()).min(1).max(LARGEST_PAGE) }),
    z.array(queryDetailsSchema),
  ),
  /**
   * What another threshold of a run can be looked at with, its arrays as files. Problems: `verifier-distances-missing`,
   * `neighbours-unusable`.
   */
  verifierDistances: request(
    'verifierDistances',
    z.object({ folder }),
    z.object({ about: verifierDistancesSchema, judged: z.string(), genuine: z.string(), ends: z.string() }),
  ),
  /**
   * The edit that sets the threshold in the file that a run was made of. Problems: `file-not-here`,
   * `threshold-not-written`, `threshold-in-matrix`.
   */
  setThreshold: request(
    'setThreshold',
    z.object({ folder, form: z.enum(THRESHOLD_FORMS), value: z.number() }),
    z.object({ uri, range, newText: z.string() }),
  ),
  /**
   * People and pairs of a run by the embeddings that are kept of its images, some people at a time; the first answer
   * takes as long as it takes to compare all images. Problems: `embeddings-missing`, `exploring-cancelled`, those of
   * reading a run.
   */
  people: request(
    'people',
    peopleSelectionSchema.extend({
      folder,
      offset: z.int().nonnegative().default(0),
      limit: z.int().min(1).max(MOST_PEOPLE).default(MOST_PEOPLE),
    }),
    peoplePageSchema,
  ),
  /** How near some people are to each other. Problems: as of `people`. */
  similarities: request(
    'similarities',
    z.object({ folder, model: z.string(), identities: z.array(z.string()).min(1).max(MOST_IN_MATRIX) }),
    similaritiesSchema,
  ),
  /** Embeddings in two dimensions. Problems: as of `people`, `map-too-small`. */
  faceMap: request('faceMap', z.object({ folder, model: z.string(), method: z.enum(MAP_METHODS) }), faceMapSchema),
  /** Ends what is being worked out of this run's embeddings. */
  stopExploring: request('stopExploring', z.object({ folder }), nothing),
  /** Some images of a run with their faces, by a model where it looks for them, else by another. */
  readImages: request(
    'readImages',
    z.object({ folder, places: z.array(place).min(1).max(MOST_POINTS) }),
    z.object({ images: z.array(imageDetailsSchema), by: z.string().nullable() }),
  ),
  deleteRun: request('deleteRun', z.object({ folder }), nothing),
  /** Writes the run as one HTML file into its folder, with photographs of faces or without. */
  writeReport: request(
    'writeReport',
    z.object({ folder, photographs: z.boolean().default(false) }),
    z.object({ file: z.string() }),
  ),
  /** Every figure of the first run beside the others for paper, as texts of files. */
  drawFigures: request(
    'drawFigures',
    z.object({ folders: z.array(folder).min(1), choice: paperChoiceSchema }),
    z.object({ files: z.array(z.object({ name: z.string(), text: z.string() })) }),
  ),
  /** Writes every query that is selected, as CSV, into the run's folder. */
  exportQueries: request('exportQueries', querySelectionSchema.extend({ folder }), z.object({ file: z.string() })),
  /**
   * Removes the private folder of an experiment: every embedding, cache and run; `left` is what links in it led to.
   * Problems: `run-going-on`, `home-unfit`, `purge-incomplete`.
   */
  purge: request('purge', z.object({ uri }), z.object({ removed: z.string(), left: z.array(z.string()).default([]) })),
  /** The `expect` lines of a file, with their last outcome. */
  expectations: request('expectations', z.object({ uri }), z.array(expectationSchema)),
  /**
   * Makes an experiment's images ready to be searched, in a process of their own: those of its gallery, or of its data
   * set where it has none. How far that is, `searchChanged` tells. `home` is the private folder.
   * Problems: `workspace-untrusted`, `permission-needed`, the first error of the file, weights that are not there.
   */
  openSearch: request(
    'openSearch',
    z.object({ uri, allow: z.array(permission).default([]) }),
    z.object({ name: z.string(), home: z.string() }),
  ),
  /** Problems: `search-closed`, `search-cancelled`, what is wrong with the query. */
  search: request('search', searchSchema.extend({ uri }), searchAnswerSchema),
  /** Ends the process within a second, whatever it is doing; what was embedded is kept. */
  closeSearch: request('closeSearch', z.object({ uri }), nothing),
  /** Experiments to begin with. */
  templates: request('templates', nothing, z.array(templateSchema)),
  /** What a run would do and cost. */
  plan: request('plan', z.object({ uri }), z.array(plannedWorkSchema)),
} as const;

/** Server to client. */
export const notifications = {
  /** A run began, went on (ten times a second at the most) or ended. */
  runChanged: notification('runChanged', runSummarySchema),
  /** A run's folder was removed. */
  runDeleted: notification('runDeleted', z.object({ folder: z.string() })),
  /** The images of an experiment are being opened (told ten times a second at the most), are open, or were closed. */
  searchChanged: notification('searchChanged', searchStateSchema),
  /** How far it is what is being worked out of a run's embeddings. */
  exploring: notification('exploring', exploringSchema),
  /** A line for the log channel. */
  log: notification('log', z.object({ level: z.enum(['info', 'warning', 'error']), message: z.string() })),
} as const;

/** Client to server, without an answer. */
export const clientNotifications = {
  /** The user trusts the workspace now. */
  trustGranted: notification('trustGranted', nothing),
} as const;

export type RequestName = keyof typeof requests;
/** As it is sent: what has a default may be absent. */
export type RequestParams<N extends RequestName> = z.input<(typeof requests)[N]['params']>;
/** As it is parsed: defaults filled in. */
export type ParsedParams<N extends RequestName> = z.output<(typeof requests)[N]['params']>;
type Answer<N extends RequestName> = z.output<(typeof requests)[N]['result']>;
export type RequestValue<N extends RequestName> = Extract<Answer<N>, { ok: true }>['value'];
export type RequestResult<N extends RequestName> = Result<RequestValue<N>>;

export type ExpectationState = z.infer<typeof expectationSchema>;
export type Template = z.infer<typeof templateSchema>;
export type ImageDetails = z.infer<typeof imageDetailsSchema>;
export type QueryDetails = z.infer<typeof queryDetailsSchema>;
export type { PlannedWork } from './runs/planned-work.js';

/** Commands of code lenses, each with one argument: what a client registers where it `showsRuns`. */
export const commands = {
  run: { command: 'lookalike.run', argument: z.object({ uri, variant: z.array(z.string()).optional() }) },
  runStage: { command: 'lookalike.runStage', argument: z.object({ uri, stage: z.string() }) },
  cancel: { command: 'lookalike.cancel', argument: z.object({ runId: z.string() }) },
  showResults: { command: 'lookalike.showResults', argument: z.object({ folder }) },
  showShardLog: { command: 'lookalike.showShardLog', argument: z.object({ file: z.string() }) },
} as const;

/** Commands of quick fixes, which the server executes for every client. */
export const serverCommands = {
  fetchModel: {
    command: 'lookalike.fetchModel',
    argument: remedySchema.options[1].shape.fetch,
  },
} as const;
