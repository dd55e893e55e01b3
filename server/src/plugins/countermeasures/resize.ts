import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';

export const resize = definePlugin({
  family: 'countermeasure',
  name: 'resize',
  version: 1,
  title: 'A smaller copy, brought back to the size that it had',
  docs: `Shrinks a photograph (each side times \`scale\`, rounded, one pixel at least) and enlarges it again, both as Pillow does it
(bicubic, antialiased), byte for byte.`,
  params: z.object({
    scale: z.number().gt(0).lt(1).default(0.5).meta({ description: 'What is left of each side on the way.' }),
  }),
  example: '{use: resize, scale: 0.5}',
  async load({ scale }) {
    const { PhotographFilter, resizedOf } = await import('../../compute/countermeasures/filters.js');
    return ok(new PhotographFilter((image) => resizedOf(image, scale)));
  },
});
