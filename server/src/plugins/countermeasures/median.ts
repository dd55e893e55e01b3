import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';

export const median = definePlugin({
  family: 'countermeasure',
  name: 'median',
  version: 1,
  title: 'A median filter',
  docs: `Gives each value of a channel the median of a square of pixels around it, which takes away what stands out; beyond its
edge a photograph goes on as it ends.`,
  params: z.object({
    size: z
      .int()
      .min(3)
      .max(31)
      .refine((size) => size % 2 === 1, 'it must be odd: a pixel is in the middle')
      .default(3)
      .meta({ description: 'Side of the square, in pixels; odd.' }),
  }),
  example: '{use: median, size: 3}',
  async load({ size }) {
    const { medianOf, PhotographFilter } = await import('../../compute/countermeasures/filters.js');
    return ok(new PhotographFilter((image) => medianOf(image, size)));
  },
});
