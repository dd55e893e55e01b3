import * as z from 'zod';
import {
  byName,
  count,
  intervals,
  number,
  points,
  pointsInterval,
  proportion,
  rate,
  whiteBox,
  word,
} from './figure.js';

/** Figures of a version of the queries, by one search; `tracker` is said in their names where a tracker went on from there. */
const foundOf = (tracker: string) => ({
  ...proportion({
    label: `{version}${tracker} still found`,
    ...(tracker === '' && { short: '{value} still found', first: true }),
    column: 'found',
    docs: 'Share of the eligible queries that this version still finds: at least one valid result',
    of: 'eligible queries that this version could be judged on',
    better: 'lower',
  }),
  ofAll: count({
    label: `{version}${tracker}: eligible queries`,
    docs: 'Eligible queries, the denominator of `rateAll`',
  }).optional(),
  rateAll: rate({
    label: `{version}${tracker} still found of all`,
    column: 'of all eligible',
    docs: 'Share of every eligible query that this version still finds: a photograph in which no face is found, or which is not there, counts as not found',
    better: 'lower',
  }).optional(),
  excess: points({
    label: `{version}${tracker} above the control`,
    column: 'above control',
    docs: 'The rate less the control: how much more often this version is found than a stranger’s photograph would be',
    better: 'lower',
  }).optional(),
  excessCi95ByIdentity: pointsInterval
    .optional()
    .describe('A 95 % interval of `excess`: 1,000 seeded draws of identities, of which both rates are taken anew'),
  rightPerson: rate({
    label: `{version}${tracker} finds the right person`,
    ...(tracker === '' && { short: '{value} right person' }),
    column: 'right person',
    docs: 'Share of the eligible queries of which a valid result is of the very identity; null where the gallery does not say whose its images are',
    better: 'lower',
  }).optional(),
  rightPersonCounted: z
    .object({ count: z.int().nonnegative(), of: z.int().nonnegative(), ...intervals })
    .optional()
    .describe('What `rightPerson` is of'),
  precision: rate({
    label: `{version}${tracker} precision`,
    column: 'precision',
    docs: 'Valid results that are the right identity, of those whose identity is known',
    better: 'higher',
  }),
  apart: count({
    label: `{version}${tracker} counted apart`,
    column: 'apart',
    docs: 'Eligible queries that this version could not be judged on: no face, no file',
    better: 'lower',
  }).optional(),
  whiteBox: whiteBox('the engine’s model').optional(),
});

/** What a tracker found of a version, beside whether it found anything. */
const tracked = {
  meanValid: number({
    label: '{version}, {tracker} tracker: valid results a query',
    column: 'valid a query',
    docs: 'Mean number of valid results of an eligible query that could be judged, of all searches together',
  }),
  reached: z.object(
    proportion({
      label: '{version}, {tracker} tracker: photographs reached',
      column: 'reached',
      docs: 'Share of the other photographs of the person in what is searched that the tracker found and holds for valid, of all eligible queries together',
      of: 'other photographs of the person in what is searched, over the eligible queries that could be judged; 0 where it does not say whose its images are',
      better: 'higher',
    }),
  ),
  rounds: count({
    label: '{version}, {tracker} tracker: rounds',
    column: 'rounds',
    docs: 'The most rounds of searching again that any query took, the last of which found nothing new',
  }),
  cut: count({
    label: '{version}, {tracker} tracker: queries cut short',
    docs: 'Queries of which the last round that was allowed still found something new',
    better: 'lower',
  }),
};

/** Whether perturbed photographs still find their person. */
export const robustnessResults = z.object({
  queries: count({ label: 'queries', column: 'queries', docs: 'Queries' }),
  minValid: count({
    label: 'valid results that count',
    docs: 'Valid results that the original must have for a query to be eligible',
  }),
  eligible: count({
    label: 'eligible queries',
    short: '{value} eligible',
    column: 'eligible',
    docs: 'Queries whose original has at least `minValid` valid results',
  }),
  withValid: byName('version', z.record(z.string(), z.object(foundOf('')))),
  trackers: byName(
    'tracker',
    z.record(
      z.string(),
      z.object({
        withValid: byName(
          'version',
          z.record(z.string(), z.object({ ...foundOf(', {tracker} tracker:'), ...tracked })),
        ),
      }),
    ),
  )
    .optional()
    .describe('The same of each tracker that was asked for, over the same eligible queries'),
  all: z.object({
    ...proportion({
      label: 'found by all versions',
      column: 'found',
      docs: 'Share of the eligible queries that every perturbation still finds',
      of: 'eligible queries that every version could be judged on',
      better: 'higher',
    }),
    versions: word('versions', z.array(z.string())).optional().describe('Those that have images, which it is of'),
  }),
  control: z.object({
    count: z.int().nonnegative().optional().describe('In runs of before: impostors, one a query, that find somebody'),
    of: count({ label: 'control: of how many', docs: 'Eligible queries with a photograph of somebody else' }),
    strangers: count({
      label: 'control: comparisons',
      column: 'comparisons',
      docs: 'Pairs of an eligible query and a stranger, each of whose results is judged by the query’s measure',
    }).optional(),
    rate: rate({
      label: 'control',
      short: 'control {value}',
      column: 'found',
      docs: 'How often the test says “found” when nobody was looked for: over the eligible queries, the mean share of strangers (the queried photographs of other identities) whose own results hold one that is valid by the query’s model and threshold',
      better: 'lower',
    }),
    ci95ByIdentity: intervals.ci95ByIdentity,
    byIdentity: intervals.byIdentity,
  }),
});
