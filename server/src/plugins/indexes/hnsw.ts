import * as z from 'zod';
import { definePlugin } from '../declare.js';
import { seed } from '../params.js';

export const hnsw = definePlugin({
  family: 'index',
  name: 'hnsw',
  version: 1,
  title: 'Approximate search in a graph of near neighbours (HNSW)',
  docs: `Approximate nearest neighbours (Malkov & Yashunin, arXiv 1603.09320) by the native module hnswlib-node, which is
compiled when Lookalike is installed and absent where that failed. The graph is kept on disk. Its recall, of as
many neighbours as the run asks for, is measured against exact search on a thousand of its vectors and stands in the results; distances and their order are exact.`,
  params: z.object({
    metric: z
      .enum(['l2', 'ip'])
      .default('l2')
      .meta({ description: 'Squared Euclidean distance, or inner product (for normalised vectors the cosine).' }),
    m: z.int().min(2).max(128).default(16).meta({ description: 'Links of a vector: more find more and take longer.' }),
    efConstruction: z
      .int()
      .min(1)
      .max(10_000)
      .default(200)
      .meta({ description: 'Candidates looked at when a vector is added.' }),
    efSearch: z
      .int()
      .min(1)
      .max(100_000)
      .default(100)
      .meta({ description: 'Candidates looked at in a search, never less than it asks for: the dial of recall.' }),
    seed: seed.default(1).meta({ description: 'What the graph’s levels are drawn by.' }),
  }),
  references: () => ['malkov2020hnsw'],
  example: '{use: hnsw, m: 16, efConstruction: 200, efSearch: 100}',
  describe: ({ metric }) => ({ metric }),
  async load(params) {
    const { HnswIndex } = await import('../../compute/search/engines/hnsw/hnsw-index.js');
    return HnswIndex.load(params);
  },
});
