import * as z from 'zod';
import { byName, count, number, word } from './figure.js';

const returned = z.object({
  total: count({ label: '{version}: results', column: 'results', docs: 'Results over all queries' }),
  mean: number({ label: '{version}: results a query', column: 'a query', docs: 'Mean number of results of a query' }),
  min: z
    .int()
    .nonnegative()
    .nullable()
    .meta({
      description: 'The fewest results that a query had',
      figure: { label: '{version}: fewest results', column: 'fewest', kind: 'count', better: 'neither' },
    }),
  merged: count({ label: '{version}: near-duplicates', docs: 'Near-duplicates that were left out' }).optional(),
});

/** What the retrieval engine gave back. */
export const retrieveResults = z.object({
  use: word('engine', z.string()),
  model: word('model', z.string()),
  requested: count({ label: 'results asked for', column: 'asked for', docs: 'Results asked for, a query' }),
  returned: byName('version', z.record(z.string(), returned)),
});
