import * as z from 'zod';

const bins = z.array(z.number().nonnegative()).readonly();

/** What a threshold may be set by. */
export const THRESHOLD_FORMS = ['percentile', 'fmr', 'distance'] as const;
export type ThresholdForm = (typeof THRESHOLD_FORMS)[number];

/** What `verifier-distances.json` of a run's folder says of the arrays beside it: enough to look at another threshold. */
export const verifierDistancesSchema = z.object({
  model: z.string().describe('The verifier, `threshold.model`, whose distances they are'),
  unit: z.enum(['squared-l2', 'l2']),
  queries: z.int().nonnegative(),
  form: z.enum(THRESHOLD_FORMS).describe('What the experiment sets the threshold by'),
  value: z.number().describe('What stands there'),
  minValid: z.int().nonnegative().nullable().describe('Of `robustness`; null where nothing was judged'),
  versions: z
    .array(z.string())
    .describe(
      'Of row 1 and those after it of `verifier-distances.npy`, a number a query: the distance of the nearest result of this version, not a number where it could not be judged, infinity where it found nothing. Row 0 is from which threshold on the query is eligible',
    ),
  together: z.array(z.string()).describe('The versions that `robustness.all` is of'),
  strangers: z
    .object({ from: bins, to: bins, counts: bins })
    .describe('How many distances of queries to images of other identities lie from an edge to below the other'),
  steps: z
    .array(z.object({ fmr: z.number(), threshold: z.number() }))
    .readonly()
    .describe('Of `fmr`: the thresholds of false match rates, ascending; none where there are too many pairs to say'),
});
export type VerifierDistances = z.infer<typeof verifierDistancesSchema>;
