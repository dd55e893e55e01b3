import * as z from 'zod';
import { byName, count, number, points, pointsInterval, word } from './figure.js';

/** How rates on the same queries differ: each version of them from the originals, each model from the first. */
export const differencesResults = byName(
  'difference',
  z.array(
    z.object({
      name: z.string().describe('The block of the rate, and what is compared: `robustness/fawkes`'),
      figure: word('figure', z.string()).describe('The rate: `robustness.withValid`, `poison.top1` or `accuracy.top1`'),
      a: word('from', z.string()).describe('What it is compared with: `original`, or the first model'),
      b: z.string(),
      n: count({
        label: '{difference}: queries',
        column: 'queries',
        docs: 'Queries of which both are known; the difference is on these alone',
      }),
      discordant: count({
        label: '{difference}: discordant queries',
        column: 'discordant',
        docs: 'Queries that are right in one of the two and not in the other',
      }),
      difference: points({
        label: '{difference}: difference',
        column: 'difference',
        docs: 'The rate of the second less that of the first, on the same queries',
      }),
      ci95ByIdentity: pointsInterval.describe(
        'A 95 % interval of the difference that takes identities for independent; null of fewer than two, and where one is unknown',
      ),
      byIdentity: z
        .enum(['bootstrap', 'wilson'])
        .nullable()
        .describe(
          'How `ci95ByIdentity` was worked out: 1,000 seeded draws of identities, percentiles; or, where it is the same of everybody, from Wilson’s of the identities',
        ),
      p: number({
        label: '{difference}: p by McNemar',
        column: 'p',
        docs: 'The exact two-sided p-value of McNemar’s test, which takes queries for independent',
      }),
      pHolm: number({
        label: '{difference}: p by McNemar, adjusted',
        docs: '`p`, adjusted by Holm for the number of differences in this list',
      }),
      pByIdentity: number({
        label: '{difference}: p by identity',
        column: 'p by identity',
        docs: 'The two-sided p-value of a permutation in which all queries of an identity change sides together, over all such permutations, adjusted by Holm for the number of differences in this list',
      }),
      pByIdentityAlone: number({
        label: '{difference}: p by identity, by itself',
        docs: '`pByIdentity` before Holm’s adjustment',
      }),
    }),
  ),
);
