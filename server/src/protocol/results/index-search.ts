import * as z from 'zod';
import { byName, count, rate, word } from './figure.js';

/** What was searched, a model an entry. */
export const indexResults = byName(
  'model',
  z.array(
    z.object({
      model: z.string(),
      use: word('index', z.string()),
      vectors: count({ label: '{model} vectors', column: 'vectors', docs: 'Embeddings in the index' }),
      recall: rate({
        label: '{model} recall of the index',
        column: 'recall',
        docs: 'Share of the true nearest neighbours that are found on a sample, itself left out; null for an exact index',
        better: 'higher',
      }),
      recallAt: z.int().nonnegative().nullish().describe('Of how many nearest neighbours: as many as the run asks for'),
    }),
  ),
);
