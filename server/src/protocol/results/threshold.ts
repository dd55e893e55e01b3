import * as z from 'zod';
import { count, distance, rate, word } from './figure.js';

/** How far apart images of one person may be to count as valid. */
export const thresholdResults = z.object({
  model: word('model', z.string()),
  percentile: word('percentile', z.number().min(0).max(100).nullable()).describe(
    'What each image’s threshold is set by; null where there is one threshold for all',
  ),
  fmr: word('FMR', z.number())
    .optional()
    .describe('The false match rate that one threshold for all was set by, which is not exceeded'),
  value: distance({
    label: 'threshold',
    column: 'threshold',
    docs: 'The threshold of every image, in `threshold.unit`, where there is one for all: the `distance` that was asked for, or the largest distance of any pair at which the share of impostor pairs that match is not above `fmr`',
  }).optional(),
  actualFmr: rate({
    label: 'measured FMR',
    column: 'measured FMR',
    docs: 'Share of the impostor pairs that `fmr` is of which match at the threshold',
  }).optional(),
  impostorPairs: count({
    label: 'impostor pairs',
    column: 'impostor pairs',
    docs: 'Pairs of images of two identities, of those that no query is judged of, by which `fmr` set the threshold; copies are one image',
  }).optional(),
  calibration: z
    .object({
      identities: count({
        label: 'identities that set the threshold',
        docs: 'Identities whose images make the impostor pairs',
      }),
      setAside: count({
        label: 'queries set aside',
        column: 'queries set aside',
        docs: 'Queries that are not judged, since every identity is queried and theirs was drawn to set the threshold by; none where some identity is not queried',
        better: 'lower',
      }),
    })
    .optional()
    .describe('Whose impostor pairs `fmr` set the threshold by'),
  strangers: z
    .object({
      queries: count({
        label: 'queries with strangers',
        docs: 'Queries with a threshold whose identity is known, and somebody else’s image beside them',
      }),
      mean: rate({
        label: 'strangers within the threshold',
        short: '{value} of strangers match',
        column: 'strangers within',
        docs: 'The threshold’s false match rate: the share of the images of other identities that lie within a query’s threshold, mean of the queries; copies are one image',
        better: 'lower',
      }),
      worst: rate({
        label: 'strangers within the threshold of the worst query',
        column: 'of the worst query',
        docs: 'The largest share of the images of other identities that lie within one query’s threshold',
        better: 'lower',
      }),
    })
    .optional()
    .describe('The operating point: how many of the images of other people a threshold lets in'),
  unit: word('unit', z.enum(['squared-l2', 'l2'])),
  queries: count({
    label: 'queries with a threshold',
    column: 'queries',
    docs: 'Images with a threshold of their own',
  }),
  excluded: count({
    label: 'queries without a threshold',
    column: 'excluded',
    docs: 'Images without a threshold: without an embedding, without another image of their identity to take a percentile of, or of an identity that `fmr` set the threshold by',
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
