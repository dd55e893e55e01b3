import * as z from 'zod';
import { byName, count, distance, intervals, rate, seconds, whiteBox, word } from './figure.js';

/** What became of each version of photographs behind each countermeasure: `fawkes+jpeg75`. */
export const countermeasuresResults = byName(
  'treated',
  z.array(
    z.object({
      name: z.string(),
      perturbation: z.string().nullable().describe('Null of the originals'),
      countermeasure: z.string(),
      use: z.string(),
      target: word('target', z.enum(['query', 'gallery'])),
      images: count({ label: '{treated}: images', column: 'images', docs: 'Photographs that went through it' }),
      leftOut: word('left out', z.record(z.string(), z.int().nonnegative()))
        .optional()
        .describe('Photographs that it gives nothing for, by the code of the reason'),
      noFaceAfter: z
        .int()
        .nonnegative()
        .nullable()
        .meta({
          description: 'Photographs in which threshold.model finds no face behind it',
          figure: { label: '{treated}: no face after', column: 'no face after', kind: 'count', better: 'neither' },
        }),
      medianShift: distance({
        label: '{treated}: median shift',
        column: 'median shift',
        docs: 'Median root L2 between raw vectors of `threshold.model` of the untouched original and of what came out, the face detected anew',
      }),
      top1: rate({
        label: '{treated}: top-1',
        column: 'top-1',
        docs: 'Share of the photographs with a face behind it whose nearest untouched original is of their identity',
        better: 'higher',
      }),
      top1Counted: z
        .object({ count: z.int().nonnegative(), of: z.int().nonnegative(), ...intervals })
        .optional()
        .describe('What `top1` is of: photographs with a face whose identity has another photograph'),
      top1All: rate({
        label: '{treated}: top-1 of all',
        column: 'top-1 of all',
        docs: 'Share of every photograph of a known identity that went in whose nearest untouched original is of that identity: one without a face, or for which nothing came out, counts as missed',
        better: 'higher',
      }).optional(),
      whiteBox: whiteBox('the evaluating model'),
      protection: z
        .object({
          nn: rate({
            label: '{treated}: protection from 1-NN',
            column: 'protection 1-NN',
            docs: 'Share of the protected people’s other photographs that a nearest neighbour no longer names in the perturbed gallery, all of which went through the countermeasure',
            better: 'lower',
          }),
          linear: rate({
            label: '{treated}: protection from a linear classifier',
            column: 'linear',
            docs: 'The same of a logistic regression fitted to that gallery',
            better: 'lower',
          }),
          galleryLeft: count({
            label: '{treated}: clean photographs lost',
            column: 'clean ones lost',
            docs: 'Clean photographs of the gallery of which nothing, or no face, came out: the gallery is without them',
            better: 'lower',
          }),
        })
        .optional(),
      seconds: seconds({
        label: '{treated}: seconds',
        docs: 'What the countermeasure took, whenever it was done',
        better: 'lower',
      }),
    }),
  ),
);
