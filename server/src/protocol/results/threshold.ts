import { z } from 'zod';
import { count, distance, word } from './figure.js';

/** How far apart images of one person may be to count as valid. */
export const thresholdResults = z.object({
  model: word('model', z.string()),
  percentile: word('percentile', z.number().min(0).max(100)),
  unit: word('unit', z.enum(['squared-l2', 'l2'])),
  queries: count({
    label: 'queries with a threshold',
    column: 'queries',
    docs: 'Images with a threshold of their own',
  }),
  excluded: count({
    label: 'queries without a threshold',
    column: 'excluded',
    docs: 'Images without another image of their identity to measure a distance to',
    better: 'lower',
  }),
  median: distance({
    label: 'median threshold',
    short: 't = {value} median',
    column: 'median',
    docs: 'Median over the images of their thresholds, in `threshold.unit`',
  }),
  histogram: z.object({ edges: z.array(z.number()), counts: z.array(z.int().nonnegative()) }),
});
