import { z } from 'zod';
import type { Family } from '../../plugins/declare.js';
import { nameSchema } from '../../protocol/names.js';

/** The only version of the format so far. */
export const FORMAT_VERSION = 1;

/** A place where a plugin stands, by name or as `{use: name, …parameters}`; its own schema checks the rest. */
function plugin(family: Family, description: string) {
  return z.unknown().meta({ description, plugin: family });
}

function list<T extends z.ZodType>(item: T, description: string) {
  return z.array(item).min(1).meta({ description });
}

const positive = z.int().min(1).max(1_000_000_000);
const seed = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

export const entryNameSchema = nameSchema.meta({
  ...nameSchema.meta(),
  description: 'Its key in the results; the default is its `use`.',
});

const queries = z.strictObject({
  sample: positive
    .optional()
    .meta({ description: 'How many images to query, drawn by `seed`; default: every image.', examples: [1000] }),
  seed: seed.default(1).meta({ description: 'What the sample is drawn by.' }),
});

const threshold = z.strictObject({
  percentile: z.number().min(0).max(100).default(95).meta({
    description:
      'Of the distances to the other images of the same identity: the largest that counts as the same person.',
  }),
  model: z.string().optional().meta({
    description:
      'The paper’s g, which judges results; default: face-recognition where it is embedded, else the first model.',
    names: 'model',
  }),
  unit: z.enum(['squared-l2', 'l2']).default('squared-l2').meta({ description: 'The distance that results show.' }),
});

const prompt = z.string().min(1).max(500);

const attributes = z.strictObject({
  model: z
    .string()
    .optional()
    .meta({ description: 'A model with a text encoder; default: the first CLIP model.', names: 'model' }),
  truth: z.string().min(1).optional().meta({
    description: 'CelebA’s list of attributes, which answers are scored against; without it they are counted.',
  }),
  ask: z.record(nameSchema, z.tuple([prompt, prompt])).meta({
    description: 'By attribute: what is said of an image that has it, and of one that has not.',
    examples: [{ Eyeglasses: ['a person with glasses', 'a person without glasses'] }],
  }),
});

/** The keys of an experiment file (DESIGN.md §3). Plugins stand as `unknown`: each has a schema of its own. */
export const experimentSchema = z.strictObject({
  version: z.literal(FORMAT_VERSION).default(FORMAT_VERSION).meta({ description: 'Version of the file format.' }),
  name: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'What the experiment is called; default: its file’s name.', examples: ['My experiment'] }),
  dataset: plugin('dataset', 'The images that accuracy and thresholds are computed on.'),
  gallery: plugin('dataset', 'What is searched by `retrieve`; default: `dataset`.').optional(),
  queries: queries.default({ seed: 1 }).meta({ description: 'Which images are queried; default: all.' }),
  embed: z
    .strictObject({ models: list(plugin('model', 'An embedding model.'), 'The models that turn images into vectors.') })
    .optional()
    .meta({ description: 'Stage: compute embeddings.' }),
  index: plugin(
    'index',
    'Stage: what searches the embeddings; default: flat, where another stage needs one.',
  ).optional(),
  accuracy: z
    .strictObject({
      top: list(
        positive.max(1000),
        'Depths: a query is right at N when one of its N nearest images is of its identity.',
      ).default([1, 5]),
    })
    .optional()
    .meta({ description: 'Stage: how often the nearest images show the same person (paper, section 2.1).' }),
  attributes: attributes
    .optional()
    .meta({ description: 'Stage: yes/no questions of images, asked by words of a CLIP model.' }),
  threshold: threshold.optional().meta({ description: 'Stage: how far apart images of one person are (paper, 2.2).' }),
  poison: z
    .record(nameSchema, plugin('perturbation', 'A perturbation of images.'))
    .optional()
    .meta({ description: 'Stage: perturbed versions of the queries, by name.' }),
  retrieve: plugin('retrieval', 'Stage: what an image retrieval engine finds for each version of a query.').optional(),
  robustness: z
    .strictObject({
      minValid: positive
        .default(3)
        .meta({ description: 'Valid results that the original must have for a query to count.' }),
    })
    .optional()
    .meta({ description: 'Stage: whether perturbed queries still find the person (paper, 2.2).' }),
  expect: z
    .array(z.string().meta({ names: 'metric' }))
    .default([])
    .meta({
      description:
        'What must hold of the results: `accuracy.face-recognition.top1 >= 85%`. A failed one fails the run.',
    }),
});

/** Keys of an entry of `poison` that belong to every perturbation; one that has a `seed` of its own is given it too. */
export const poisonKeys = z.object({
  target: z.enum(['query', 'gallery']).default('query').meta({
    description:
      'What is perturbed: the queried photographs (evasion, as in the paper), or photographs that are searched (poisoning).',
  }),
  users: positive.default(10).meta({
    description: 'With `target: gallery`: how many people are protected, one at a time, drawn by `seed`.',
  }),
  split: z.number().gt(0).lt(1).default(0.7).meta({
    description:
      'With `target: gallery`: the share of each person’s photographs that is searched; the rest are queries.',
  }),
  seed: seed.default(1).meta({ description: 'What `users` and `split` are drawn by.' }),
});

/** Keys of `retrieve` that belong to every retrieval plugin. */
export const retrieveKeys = z.object({
  model: z.string().optional().meta({ description: 'The engine’s model; default: the first.', names: 'model' }),
  results: positive.default(50).meta({ description: 'How many results to ask for.' }),
});

export type RawExperiment = z.output<typeof experimentSchema>;
