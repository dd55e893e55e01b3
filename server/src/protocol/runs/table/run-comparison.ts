import * as z from 'zod';
import { FIGURE_KINDS } from '../../results/figure.js';
import { shownStatus } from '../run-state.js';
import { settingSchema } from './run-row.js';

/** Queries of which two runs judged otherwise that are named; all are counted. */
export const MOST_NAMED_QUERIES = 1000;

const count = z.int().nonnegative();
const ofRuns = 'one a run, in their order';

/** What tells runs apart: their settings, then their figures, then the queries. */
export const runComparisonSchema = z.object({
  runs: z.array(
    z.object({
      id: z.string(),
      folder: z.string(),
      file: z.string(),
      name: z.string(),
      status: shownStatus,
      startedAt: z.iso.datetime(),
      label: z
        .string()
        .describe('What tells it from the others: its experiment, or the settings that differ, or its id'),
    }),
  ),
  settings: z.array(
    z.object({
      path: z.string().describe('As `--set` has it'),
      values: z.array(settingSchema).describe(`${ofRuns}; null where the run has no such key`),
    }),
  ),
  sections: z.array(
    z.object({
      title: z.string(),
      figures: z.array(
        z.object({
          path: z.string().describe('As `expect` has it'),
          label: z.string(),
          kind: z.enum(FIGURE_KINDS),
          better: z.enum(['higher', 'lower', 'neither']).describe('For whom recognises'),
          values: z.array(z.number().nullable()).describe(`${ofRuns}; null where it was not measured`),
          intervals: z.array(z.tuple([z.number(), z.number()]).nullable()).describe(`95 % intervals, ${ofRuns}`),
          whiteBox: z.array(z.union([z.boolean(), z.literal('unknown')])).describe(ofRuns),
          deltas: z
            .array(z.number().nullable())
            .describe('What the run has more than the first, one a run but the first'),
          tests: z
            .array(z.int().nonnegative().nullable())
            .describe(
              'Where in `queries` the difference is tested, query by query; null where no verdict on queries is counted in the figure, or none that both runs have',
            ),
        }),
      ),
    }),
  ),
  untested: z
    .array(z.object({ run: z.string(), why: z.string() }))
    .describe('Runs of which nothing is tested against the first, and why'),
  queries: z.array(
    z.object({
      run: z.string().describe('The run that is compared with the first'),
      verdict: z.string().describe('What is judged: `top-1`, `eligible`, `still found`'),
      model: z.string(),
      version: z.string(),
      both: count.describe('Queries that both runs judged: what the next two are of'),
      gained: count.describe('No in the first run, yes in this one'),
      lost: count.describe('Yes in the first run, no in this one'),
      difference: z
        .number()
        .nullable()
        .describe('Of the shares of yes, this run’s less the first’s, on these queries alone'),
      ci95ByIdentity: z
        .tuple([z.number(), z.number()])
        .nullable()
        .describe('A 95 % interval of the difference, by resampling identities; null where one is unknown'),
      p: z.number().nullable().describe('McNemar’s exact p-value, which takes queries for independent'),
      pByIdentity: z
        .number()
        .nullable()
        .describe(
          'Of a permutation in which the queries of an identity change sides together, adjusted by Holm for this list',
        ),
      pByIdentityAlone: z.number().nullable().describe('`pByIdentity` before Holm’s adjustment'),
      unpaired: count.describe('Queries that one run judged, and the other did not or does not have'),
      changed: z
        .array(z.object({ id: z.string(), now: z.boolean() }))
        .describe('The first thousand, in the order of the first run'),
    }),
  ),
});
export type RunComparison = z.infer<typeof runComparisonSchema>;
export type ComparedFigure = RunComparison['sections'][number]['figures'][number];
export type ComparedVerdict = RunComparison['queries'][number];
