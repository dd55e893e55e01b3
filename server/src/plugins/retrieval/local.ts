import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';

export const local = definePlugin({
  family: 'retrieval',
  name: 'local',
  version: 1,
  title: 'An engine on this machine, over your own gallery',
  docs: `Searches the experiment’s \`gallery\` (default: the data set) with the engine’s \`model\` and \`index\`, as a retrieval
engine on the web would. A query never finds its own photograph, nor a copy of it.`,
  params: z.object({
    deduplicate: z.boolean().default(false).meta({
      description:
        'Of results that are near-duplicates, by the cosine that the model declares, return the nearest only, as clip-retrieval does: fewer results return.',
    }),
  }),
  example: '{use: local, results: 50}',
  load: async ({ deduplicate }) => ok({ kind: 'gallery', deduplicate }),
});
