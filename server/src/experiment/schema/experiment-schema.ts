import * as z from 'zod';
import { seed } from '../../plugins/params.js';
import { stages } from '../../stages/all.js';
import { plugin, positive } from '../../stages/parts/params.js';
import type { StageName } from '../../stages/stage-names.js';

/** The only version of the format so far. */
export const FORMAT_VERSION = 1;

const queries = z.strictObject({
  sample: positive
    .optional()
    .meta({ description: 'How many images to query, drawn by `seed`; default: every image.', examples: [1000] }),
  seed: seed.default(1).meta({ description: 'What the sample is drawn by.' }),
});

/** The key of a file's variants, and those of its lists that are no axes. */
export const MATRIX = 'matrix';
export const MATRIX_LISTS = ['exclude', 'include'] as const;

const combinations = z.array(z.record(z.string(), z.unknown()));

const matrix = z
  .object({
    exclude: combinations.optional().meta({
      description: 'Variants that are left out: those that have all the values of an entry.',
      examples: [[{ 'queries.seed': 3 }]],
    }),
    include: combinations.optional().meta({
      description:
        'What is added, as in GitHub Actions: to variants that have the entry’s values of the axes, or as a variant of its own.',
      examples: [[{ 'queries.seed': 4 }]],
    }),
  })
  .catchall(z.array(z.unknown()).min(1));

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
  [MATRIX]: matrix.optional().meta({
    description:
      'Variants of the experiment: every combination of the values of its axes. An axis is a key path, as in `--set`, with a list.',
    examples: [{ 'queries.seed': [1, 2, 3] }],
  }),
  expect: z
    .array(z.string().meta({ names: 'metric' }))
    .default([])
    .meta({
      description:
        'What must hold of the results: `accuracy.face-recognition.top1 >= 85%`. A failed one fails the run.',
    }),
});

export type RawExperiment = z.output<typeof experimentSchema>;
