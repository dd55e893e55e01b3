import * as z from 'zod';
import { filePath, seed } from '../plugins/params.js';
import { count, percent } from '../protocol/figure-text.js';
import { defineStage, singleImages, type Unfit } from './declare.js';
import { list, positive } from './parts/params.js';
import { modelOf } from './parts/settings.js';

const RATES = [1e-2, 1e-3, 1e-4];
/** Drawn pairs are held. */
const LARGEST_SAMPLE = 10_000_000;

const drawn = z.strictObject({
  sample: positive.max(LARGEST_SAMPLE).meta({
    description: 'So many genuine and so many impostor pairs, where there are as many.',
  }),
  seed: seed.default(1).meta({ description: 'Which pairs are drawn; the same for every model.' }),
});

const named = z.strictObject({
  file: filePath('LFW’s `pairs.txt`, or a CSV with two columns of paths, `same` and, where there are folds, `fold`.'),
});

export const verification = defineStage({
  key: 'verification',
  title: 'Verification',
  docs: 'How well the distance of two images tells whether they show one person: true match rates at false match rates, EER, AUC and d′ over pairs of images of the data set (ISO/IEC 19795-1).',
  params: z.strictObject({
    pairs: z
      .union([z.literal('all'), drawn, named])
      .default('all')
      .meta({
        description:
          'Which pairs of images are compared: `all`, `{sample: 1000000, seed: 7}`, or `{file: pairs.txt}` with LFW’s ten folds.',
      }),
    fmr: list(
      z.number().gt(0).lt(1),
      'False match rates: each threshold is the largest distance at which no larger share of impostor pairs match.',
    ).default(RATES),
  }),
  needs: [{ section: 'embed', why: 'it compares embeddings' }],
  example: '{pairs: all, fmr: [0.01, 0.001]}',
  block: 'verification',
  names: {
    fmr: {
      what: 'false match rate',
      of: (section) => {
        const { fmr } = (section ?? {}) as { fmr?: unknown };
        const rates: readonly unknown[] = Array.isArray(fmr) ? fmr : RATES;
        return [...new Set(rates.flatMap((rate) => (typeof rate === 'number' ? String(rate) : [])))];
      },
    },
  },
  settings: (spec, { model }) => {
    const { dataset, verification } = spec;
    return { dataset, pairs: verification?.pairs, model: modelOf(spec, model) };
  },
  unfit: ({ verification }, dataset): readonly Unfit[] => {
    // A file says itself whose pairs there are.
    if (typeof verification?.pairs === 'object' && 'file' in verification.pairs) return [];
    const single = singleImages(dataset, 'there is no pair of images of one person');
    const { images, imagesPerIdentity } = dataset;
    if (images === undefined || imagesPerIdentity === undefined || !verification) return single;
    if (images === imagesPerIdentity) {
      return [...single, { code: 'pairs-unfit', message: 'There is one identity: no two images are of two people' }];
    }
    const { pairs, fmr } = verification;
    const all = (images * (images - imagesPerIdentity)) / 2;
    const impostors = typeof pairs === 'object' && 'sample' in pairs ? Math.min(all, pairs.sample) : all;
    const tooSmall = fmr.flatMap((rate, n) => (rate * impostors < 1 ? [{ rate, n }] : []));
    return [
      ...single,
      ...tooSmall.map(({ rate, n }) => ({
        code: 'pairs-unfit' as const,
        at: ['fmr', n],
        message: `${count(impostors)} impostor pairs measure no false match rate below ${Number((1 / impostors).toPrecision(2))}: at ${rate} not one may match`,
      })),
    ];
  },
  finding: ({ verification: measured = [] }) => {
    const rates = measured.flatMap(({ model, at }) => {
      const [first] = at.filter(({ tmr }) => tmr.rate !== null);
      return first
        ? `${model} matches ${percent(first.tmr.rate)} of genuine pairs at a false match rate of ${first.fmr}`
        : [];
    });
    return rates.length > 0 ? `${rates.join('; ')}.` : undefined;
  },
});
