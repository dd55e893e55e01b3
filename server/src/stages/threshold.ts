import * as z from 'zod';
import { THRESHOLD_FORMS } from '../protocol/runs/verifier-distances.js';
import { defineStage, singleImages } from './declare.js';
import { tooFewPairs } from './parts/few-pairs.js';
import { defaultJudge } from './parts/judge.js';
import { modelName } from './parts/params.js';
import { judging } from './parts/settings.js';
import type { ThresholdSpec } from './spec.js';

const PERCENTILE = 95;

export const threshold = defineStage({
  key: 'threshold',
  title: 'Threshold',
  docs: 'How far apart images of one person may be (paper, section 2.2).',
  params: z
    .strictObject({
      percentile: z.number().min(0).max(100).optional().meta({
        default: PERCENTILE,
        description:
          'Of the distances to the other images of the same identity: the largest that counts as the same person. So each image has a threshold of its own.',
      }),
      fmr: z
        .number()
        .gt(0)
        .lt(1)
        .optional()
        .meta({
          description:
            'Instead of `percentile`: one threshold for all, the largest at which no larger share of impostor pairs match. The pairs are of identities that no query belongs to; where every identity is queried, half of them are drawn by `queries.seed` and not judged.',
          examples: [0.001],
        }),
      distance: z
        .number()
        .min(0)
        .optional()
        .meta({
          description: 'Instead of `percentile`: one threshold for all, in `unit`.',
          examples: [0.3],
        }),
      model: modelName(
        'The paper’s g, which judges results; default: face-recognition where it is embedded, else the first model.',
      ),
      unit: z.enum(['squared-l2', 'l2']).default('squared-l2').meta({ description: 'The distance that results show.' }),
    })
    .superRefine((written, issues) => {
      const forms = THRESHOLD_FORMS.filter((form) => written[form] !== undefined);
      for (const form of forms.slice(1)) {
        const message = `A threshold is set by one of ${THRESHOLD_FORMS.join(', ')}: "${forms[0]}" is there already`;
        issues.addIssue({ code: 'custom', path: [form], message });
      }
    }),
  needs: [{ section: 'embed', why: 'it is a distance between embeddings' }],
  example: '{percentile: 95, model: face-recognition}',
  block: 'threshold',
  model: defaultJudge,
  finish: (read: ThresholdSpec) =>
    THRESHOLD_FORMS.some((form) => read[form] !== undefined) ? read : { ...read, percentile: PERCENTILE },
  settings: judging,
  unfit: ({ threshold, queries }, dataset) => {
    if (threshold?.fmr !== undefined) return tooFewPairs(threshold.fmr, queries?.sample, dataset);
    return threshold?.percentile === undefined
      ? []
      : singleImages(dataset, 'there is no distance between images of one person to take a percentile of');
  },
});
