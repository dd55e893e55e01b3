import * as z from 'zod';
import { byName, count, distance, intervals, number, rate, seconds, whiteBox, word } from './figure.js';

/** What each perturbation did to photographs: how visible it is, and how far it moved them. */
export const poisonResults = byName(
  'perturbation',
  z.array(
    z.object({
      name: z.string(),
      use: z.string(),
      target: word('target', z.enum(['query', 'gallery'])),
      surrogates: z.array(z.string()),
      perceptualTerm: z
        .enum(['dssim', 'lpips'])
        .optional()
        .describe('What the attack weighed its visibility by; absent where it is another tool’s'),
      images: count({ label: '{perturbation}: images', column: 'images', docs: 'Photographs that were perturbed' }),
      leftOut: word('left out', z.record(z.string(), z.int().nonnegative()))
        .optional()
        .describe('Photographs without a perturbed version, by the code of the reason'),
      noFaceAfter: z
        .int()
        .nonnegative()
        .nullable()
        .meta({
          description: 'Photographs in which threshold.model finds no face again; null without a model',
          figure: { label: '{perturbation}: no face after', column: 'no face after', kind: 'count', better: 'neither' },
        }),
      meanDssim: number({
        label: '{perturbation}: mean DSSIM',
        column: 'DSSIM',
        docs: 'How visible it is: mean over the photographs of (1 − SSIM) / 2 over the face square of the saved PNG',
      }),
      meanPsnr: number({
        label: '{perturbation}: mean PSNR',
        column: 'PSNR',
        docs: 'How visible it is: mean over the photographs that differ of the peak signal-to-noise ratio over the face square of the saved PNG, in dB; the lower, the more is seen',
      }).optional(),
      meanL2: number({
        label: '{perturbation}: mean L2',
        docs: 'Mean over the photographs of the root of the sum of the squared differences of values of 0–1 over the face square of the saved PNG',
      }).optional(),
      meanLpips: number({
        label: '{perturbation}: mean LPIPS',
        column: 'LPIPS',
        docs: 'How visible it is by the model of LPIPS that the perturbation’s `lpips` names: mean over the photographs that the model takes, over the face square of the saved PNG',
      }).optional(),
      linf: number({
        label: '{perturbation}: L∞',
        column: 'L∞',
        docs: 'The largest change of one channel of one pixel in the face square of any photograph, of 1',
      }),
      meanShift: distance({
        label: '{perturbation}: mean shift',
        docs: 'Mean root L2 between raw vectors of `threshold.model` before and after, the face detected anew on the saved PNG',
      }),
      medianShift: distance({
        label: '{perturbation}: median shift',
        column: 'median shift',
        docs: 'Median root L2 between raw vectors of `threshold.model` before and after, the face detected anew on the saved PNG',
      }),
      top1: rate({
        label: '{perturbation}: top-1',
        short: 'top-1 {value}',
        column: 'top-1',
        docs: 'Share of the perturbed photographs with a face whose nearest original still is of their identity',
        better: 'lower',
      }),
      top1Counted: z
        .object({ count: z.int().nonnegative(), of: z.int().nonnegative(), ...intervals })
        .optional()
        .describe('What `top1` is of: perturbed photographs with a face whose identity has another photograph'),
      top1All: rate({
        label: '{perturbation}: top-1 of all',
        column: 'top-1 of all',
        docs: 'Share of every perturbed photograph of a known identity whose nearest original still is of that identity: one in which no face is found counts as missed',
        better: 'lower',
      }).optional(),
      whiteBox: whiteBox('the evaluating model'),
      unlikeAuthors: word('unlike its authors’', z.string().nullable())
        .optional()
        .describe('In what the attack’s settings are not its authors’; null where they are'),
      protection: z
        .object({
          nn: rate({
            label: '{perturbation}: protection from 1-NN',
            column: 'protection 1-NN',
            docs: 'Share of the protected people’s other photographs that a nearest neighbour in the perturbed gallery no longer names',
            better: 'lower',
          }),
          linear: rate({
            label: '{perturbation}: protection from a linear classifier',
            column: 'linear',
            docs: 'The same of a logistic regression fitted to the perturbed gallery',
            better: 'lower',
          }),
        })
        .optional(),
      seconds: seconds({
        label: '{perturbation}: seconds',
        docs: 'What perturbing took, whenever it was done',
        better: 'lower',
      }),
    }),
  ),
);
