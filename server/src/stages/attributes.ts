import * as z from 'zod';
import { filePath } from '../plugins/params.js';
import { nameSchema } from '../protocol/names.js';
import { defineStage } from './declare.js';
import { modelName } from './parts/params.js';
import { modelOf } from './parts/settings.js';
import type { AttributesSpec } from './spec.js';

const prompt = z.string().min(1).max(500);

type Read = Omit<AttributesSpec, 'ask'> & {
  readonly ask: Readonly<Record<string, readonly [yes: string, no: string]>>;
};

export const attributes = defineStage({
  key: 'attributes',
  title: 'Attributes',
  docs: 'Yes/no questions of images, asked by words of a CLIP model.',
  params: z.strictObject({
    model: modelName('A model with a text encoder; default: the first CLIP model.'),
    truth: filePath(
      'CelebA’s list of attributes, which answers are scored against; without it they are scored against what `synthetic` says it drew, and counted of other data sets.',
    ).optional(),
    ask: z.record(nameSchema, z.tuple([prompt, prompt])).meta({
      description: 'By attribute: what is said of an image that has it, and of one that has not.',
      examples: [{ Eyeglasses: ['a person with glasses', 'a person without glasses'] }],
    }),
  }),
  needs: [{ section: 'embed', why: 'it compares embeddings with words' }],
  example: '{ask: {Eyeglasses: [a person with glasses, a person without glasses]}}',
  block: 'attributes',
  names: {
    question: {
      what: 'question',
      givenAt: ['attributes', 'ask', '*'],
      of: (section) => {
        const { ask } = (section ?? {}) as { ask?: unknown };
        return typeof ask === 'object' && ask !== null ? Object.keys(ask) : [];
      },
    },
  },
  model: (models) => models.find(({ use }) => use.startsWith('clip-')) ?? models[0],
  finish: ({ ask, ...read }: Read) => ({
    ...read,
    ask: Object.entries(ask).map(([name, [yes, no]]) => ({ name, yes, no })),
  }),
  settings: (spec, { question }) => {
    const { dataset, attributes } = spec;
    const asked = question === undefined ? attributes?.ask : attributes?.ask.find(({ name }) => name === question);
    return { dataset, truth: attributes?.truth, asked, model: modelOf(spec, attributes?.model) };
  },
});
