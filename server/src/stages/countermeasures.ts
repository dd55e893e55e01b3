import * as z from 'zod';
import { nameSchema, partsOfVersion } from '../protocol/names.js';
import { defineStage } from './declare.js';
import { plugin } from './parts/params.js';
import { judging, perturbationOf } from './parts/settings.js';
import { entriesOf, treatedGalleries, treatedQueries } from './parts/versions.js';

const keys = z.object({
  target: z.enum(['query', 'gallery']).default('query').meta({
    description:
      'Which photographs go through it: the queries, originals too, or those of the gallery that protection is measured on, perturbed and clean. What `retrieve` searches never does.',
  }),
});

export const countermeasures = defineStage({
  key: 'countermeasures',
  title: 'Countermeasures',
  docs: 'What a tracker does to photographs before it embeds them, by name: each version of them goes through each, the originals too, so that its cost is seen. `fawkes` behind `jpeg75` is the version `fawkes+jpeg75`.',
  params: z.record(nameSchema, plugin('countermeasure', 'A countermeasure of a tracker.')),
  beside: { family: 'countermeasure', keys },
  needs: [{ section: 'embed', why: 'what it does to photographs is seen in their embeddings' }],
  uses: ['poison'],
  example: '{jpeg75: {use: jpeg, quality: 75}, half: {use: resize, scale: 0.5}, soft: {use: blur, sigma: 1}}',
  block: 'countermeasures',
  names: {
    countermeasure: {
      what: 'countermeasure',
      givenAt: ['countermeasures', '*'],
      of: (section) => Object.keys(entriesOf(section)),
    },
    treated: {
      what: 'version',
      of: (section, others) => [
        ...treatedQueries(others?.('poison'), others),
        ...treatedGalleries(others?.('poison'), section),
      ],
    },
  },
  settings: (spec, { treated }) => {
    const [version, name] = partsOfVersion(treated ?? '');
    const countermeasure = spec.countermeasures?.find((use) => use.name === name);
    return { ...judging(spec), perturbation: perturbationOf(spec, version), countermeasure };
  },
});
