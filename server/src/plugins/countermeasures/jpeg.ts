import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';

export const jpeg = definePlugin({
  family: 'countermeasure',
  name: 'jpeg',
  version: 1,
  title: 'JPEG compression',
  docs: `Saves a photograph as JPEG and reads it again, as most sites do with what is uploaded: libjpeg's tables at a quality,
colours at half the resolution (4:2:0).`,
  params: z.object({
    quality: z.int().min(1).max(100).default(75).meta({ description: 'Quality on libjpeg’s scale.' }),
  }),
  example: '{use: jpeg, quality: 75}',
  async load({ quality }) {
    const { jpegOf, PhotographFilter } = await import('../../compute/countermeasures/filters.js');
    return ok(new PhotographFilter((image) => jpegOf(image, quality)));
  },
});
