import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';

export const flat = definePlugin({
  family: 'index',
  name: 'flat',
  version: 1,
  title: 'Exact search: every vector is compared with every query',
  docs: `Exact nearest neighbours by blocks of matrix products on every core, in bytes first and in float32 where bytes do not
settle which are nearest. The result is that of a plain double-precision search, with ties to the lowest id.`,
  params: z.object({
    metric: z
      .enum(['l2', 'ip'])
      .default('l2')
      .meta({ description: 'Squared Euclidean distance, or inner product (for normalised vectors the cosine).' }),
  }),
  example: '{use: flat, metric: l2}',
  describe: ({ metric }) => ({ metric }),
  async load({ metric }, { threads }) {
    const { FlatIndex } = await import('../../compute/search/flat-index.js');
    return ok(new FlatIndex(metric, threads));
  },
});
