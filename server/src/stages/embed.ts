import * as z from 'zod';
import { defaultName } from '../protocol/names.js';
import { defineStage } from './declare.js';
import { entryNameSchema, list, plugin } from './parts/params.js';

export const embed = defineStage({
  key: 'embed',
  title: 'Embeddings',
  docs: 'Turns every image into a vector, by each model.',
  params: z.strictObject({
    models: list(plugin('model', 'An embedding model.'), 'The models that turn images into vectors.'),
  }),
  beside: { family: 'model', keys: z.object({ name: entryNameSchema.optional() }) },
  needs: [],
  serves: true,
  example: '{models: [face-recognition, {use: clip-vit-l-14, precision: fp32}]}',
  names: {
    model: {
      what: 'model',
      givenAt: ['embed', 'models', '*'],
      of: (section) => modelsIn(section).flatMap((entry) => nameOf(entry) ?? []),
    },
  },
});

export function modelsIn(section: unknown): readonly unknown[] {
  const { models } = (section ?? {}) as { models?: unknown };
  return Array.isArray(models) ? models : [];
}

/** A model that has no `name` is named by its `use`. */
export function nameOf(entry: unknown): string | undefined {
  const { name, use } = (typeof entry === 'object' && entry !== null ? entry : { use: entry }) as Record<
    string,
    unknown
  >;
  const given = name ?? use;
  return typeof given === 'string' ? defaultName(given) : undefined;
}
