import * as z from 'zod';
import { defineStage } from './declare.js';
import { modelName, plugin, positive } from './parts/params.js';
import { engine, versionSettings } from './parts/settings.js';

const keys = z.object({
  model: modelName('The engine’s model; default: the first.'),
  results: positive.default(50).meta({ description: 'How many results to ask for.' }),
});

export const retrieve = defineStage({
  key: 'retrieve',
  title: 'Retrieval',
  docs: 'What an image retrieval engine finds for each version of a query.',
  params: plugin('retrieval', 'What an image retrieval engine finds for each version of a query.'),
  beside: { family: 'retrieval', keys },
  needs: [{ section: 'embed', why: 'the engine finds images by their embeddings' }],
  uses: ['index', 'gallery'],
  example: '{use: local, results: 50}',
  block: 'retrieve',
  model: ([first]) => first,
  settings: (spec, { version }) => ({ ...engine(spec), ...versionSettings(spec, version) }),
});
