import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';

export const blur = definePlugin({
  family: 'countermeasure',
  name: 'blur',
  version: 1,
  title: 'A Gaussian blur',
  docs: 'Blurs a photograph by a Gaussian of a standard deviation in pixels; beyond its edge it goes on as it ends.',
  params: z.object({
    sigma: z.number().min(0.3).max(100).default(1).meta({ description: 'The standard deviation, in pixels.' }),
  }),
  example: '{use: blur, sigma: 1}',
  async load({ sigma }) {
    const { blurredOf, PhotographFilter } = await import('../../compute/countermeasures/filters.js');
    return ok(new PhotographFilter((image) => blurredOf(image, sigma)));
  },
});
