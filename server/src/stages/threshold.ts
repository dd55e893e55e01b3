import { z } from 'zod';
import { defineStage, singleImages } from './declare.js';
import { defaultJudge } from './judge.js';
import { modelName } from './params.js';
import { judging } from './settings.js';

export const threshold = defineStage({
  key: 'threshold',
  title: 'Threshold',
  docs: 'How far apart images of one person may be (paper, section 2.2).',
  params: z.strictObject({
    percentile: z.number().min(0).max(100).default(95).meta({
      description:
        'Of the distances to the other images of the same identity: the largest that counts as the same person.',
    }),
    model: modelName(
      'The paper’s g, which judges results; default: face-recognition where it is embedded, else the first model.',
    ),
    unit: z.enum(['squared-l2', 'l2']).default('squared-l2').meta({ description: 'The distance that results show.' }),
  }),
  needs: [{ section: 'embed', why: 'it is a distance between embeddings' }],
  example: '{percentile: 95, model: face-recognition}',
  block: 'threshold',
  model: defaultJudge,
  settings: judging,
  unfit: (_, dataset) =>
    singleImages(dataset, 'there is no distance between images of one person to take a percentile of'),
});
