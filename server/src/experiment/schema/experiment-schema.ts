import { z } from 'zod';
import { type StageName, stages } from '../../stages/all.js';
import { plugin, positive, seed } from '../../stages/parts/params.js';

/** The only version of the format so far. */
export const FORMAT_VERSION = 1;

const queries = z.strictObject({
  sample: positive
    .optional()
    .meta({ description: 'How many images to query, drawn by `seed`; default: every image.', examples: [1000] }),
  seed: seed.default(1).meta({ description: 'What the sample is drawn by.' }),
});

const { dataset, ...sections } = Object.fromEntries(stages.map((stage) => [stage.key, sectionOf(stage)])) as Record<
  StageName,
  z.ZodType
>;

function sectionOf({ key, params, docs }: (typeof stages)[number]): z.ZodType {
  return key === 'dataset' ? params : params.optional().meta({ description: `Stage: ${docs}` });
}

/** The keys of an experiment file. Plugins stand as `unknown`: each has a schema of its own. */
export const experimentSchema = z.strictObject({
  version: z.literal(FORMAT_VERSION).default(FORMAT_VERSION).meta({ description: 'Version of the file format.' }),
  name: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'What the experiment is called; default: its file’s name.', examples: ['My experiment'] }),
  dataset,
  gallery: plugin('dataset', 'What is searched by `retrieve`; default: `dataset`.').optional(),
  queries: queries.default({ seed: 1 }).meta({ description: 'Which images are queried; default: all.' }),
  ...sections,
  expect: z
    .array(z.string().meta({ names: 'metric' }))
    .default([])
    .meta({
      description:
        'What must hold of the results: `accuracy.face-recognition.top1 >= 85%`. A failed one fails the run.',
    }),
});

export type RawExperiment = z.output<typeof experimentSchema>;
