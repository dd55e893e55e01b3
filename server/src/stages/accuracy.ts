import * as z from 'zod';
import { percent } from '../protocol/figure-text.js';
import { defineStage, singleImages } from './declare.js';
import { list, positive } from './parts/params.js';
import { modelOf } from './parts/settings.js';

const DEPTHS = [1, 5];

export const accuracy = defineStage({
  key: 'accuracy',
  title: 'Accuracy',
  docs: 'How often the nearest images show the same person (paper, section 2.1).',
  params: z.strictObject({
    top: list(
      positive.max(1000),
      'Depths: a query is right at N when one of its N nearest images is of its identity.',
    ).default(DEPTHS),
  }),
  needs: [{ section: 'embed', why: 'it compares embeddings' }],
  uses: ['index'],
  example: '{top: [1, 5]}',
  block: 'accuracy',
  names: {
    depth: {
      what: 'depth',
      of: (section) => {
        const { top } = (section ?? {}) as { top?: unknown };
        return (Array.isArray(top) ? top : DEPTHS).map(String);
      },
    },
  },
  settings: (spec, { model }) => {
    const { dataset, queries, index } = spec;
    return { dataset, queries, index, model: modelOf(spec, model) };
  },
  unfit: (_, dataset) => singleImages(dataset, 'no query can be right'),
  finding: ({ accuracy = [] }) => {
    const rates = accuracy.flatMap(({ model, top }) => {
      const [first] = Object.entries(top);
      if (!first || first[1].rate === null) return [];
      const [depth, { rate }] = first;
      const nearest = depth === '1' ? 'the nearest photograph shows' : `one of the nearest ${depth} photographs shows`;
      return `${model}: ${nearest} the same person in ${percent(rate)} of queries`;
    });
    return rates.length > 0 ? `${rates.join('; ')}.` : undefined;
  },
});
