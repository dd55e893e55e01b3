import * as z from 'zod';
import { byName, count, distance, intervals, number, proportion, rate, shareInterval, word } from './figure.js';

const tmr = z.object(
  proportion({
    label: '{model} TMR at FMR {fmr}',
    short: 'TMR {value} at FMR {fmr}',
    column: 'TMR@{fmr}',
    docs: 'True match rate: share of the genuine pairs whose distance is not greater than the threshold of this false match rate (ISO/IEC 19795-1)',
    of: 'genuine pairs of which both images have an embedding',
    better: 'higher',
  }),
);

const operatingPoint = z.object({
  fmr: z.number().describe('The false match rate that was asked for, which is not exceeded'),
  threshold: distance({
    label: '{model} threshold at FMR {fmr}',
    docs: 'The largest distance of any pair, squared L2, at which the share of impostor pairs that match is not above this false match rate; null where there is none',
  }),
  actualFmr: rate({
    label: '{model} measured FMR at FMR {fmr}',
    docs: 'Share of the impostor pairs that match at the threshold',
  }),
  tmr,
  tmrAll: rate({
    label: '{model} TMR of all pairs at FMR {fmr}',
    docs: 'The true match rate over every genuine pair: one with an image without an embedding counts as no match',
    better: 'higher',
  }),
});

/** Whether two images show one person, by their distance alone: a model an entry. */
export const verificationResults = byName(
  'model',
  z.array(
    z.object({
      model: z.string(),
      pairs: z.object({
        genuine: count({
          label: '{model} genuine pairs',
          column: 'genuine',
          docs: 'Pairs of two images of one identity that were compared; copies are one image',
        }),
        impostor: count({
          label: '{model} impostor pairs',
          column: 'impostor',
          docs: 'Pairs of images of two identities that were compared',
        }),
        left: count({
          label: '{model} pairs left out',
          column: 'left out',
          docs: 'Pairs, genuine and impostor, with an image that has no embedding',
          better: 'lower',
        }),
      }),
      unpaired: word('unpaired', z.record(z.string(), z.int().nonnegative()))
        .optional()
        .describe(
          'Images that are in no pair, by the reason: copies of another, those of nobody who is known, those whose content stands under two identities',
        ),
      eer: z.object({
        rate: rate({
          label: '{model} EER',
          column: 'EER',
          docs: 'Equal error rate: mean of the false match and the false non-match rate at that of the two thresholds around their crossing where their sum is less, as pyeer 0.5 has it (Maio et al., FVC2000, 2002); null where they do not cross',
          better: 'lower',
        }),
        ci95ByIdentity: shareInterval
          .optional()
          .describe(
            'A 95 % interval that takes identities for independent, thresholds found anew in each draw; null of fewer than two identities or more than 20,000, where one is unknown, and of more than 4,194,304 impostor pairs',
          ),
        byIdentity: intervals.byIdentity,
      }),
      auc: number({
        label: '{model} AUC',
        column: 'AUC',
        docs: 'Area under the ROC curve: the share of pairs of a genuine and an impostor distance in which the genuine one is less, equal ones counted by half',
        better: 'higher',
      }),
      dPrime: number({
        label: '{model} d′',
        column: 'd′',
        docs: 'Difference of the means of genuine and impostor distances, squared L2, over the root of the mean of their variances; null where both are 0',
        better: 'higher',
      }),
      at: byName('fmr', z.array(operatingPoint)),
      roc: z
        .object({ fmr: z.array(z.number()), tmr: z.array(z.number()) })
        .describe('Points of the ROC curve, each of which a threshold gives exactly; 512 at the most, ascending'),
      folds: z
        .object({
          folds: count({ label: '{model} folds', docs: 'Folds of the file of pairs' }),
          accuracy: rate({
            label: '{model} accuracy over folds',
            column: 'accuracy',
            docs: 'Mean over the folds of the share of pairs that are judged rightly at the distance that is best on all other folds (LFW, Huang et al., 2007)',
            better: 'higher',
          }),
          standardError: number({
            label: '{model} standard error over folds',
            column: '± standard error',
            docs: 'Root of the sample variance of the accuracies over the number of folds',
            better: 'lower',
          }),
          accuracyAll: rate({
            label: '{model} accuracy over folds, of all pairs',
            column: 'of all pairs',
            docs: 'The same over every pair: one with an image without an embedding counts as judged wrongly',
            better: 'higher',
          }),
          each: z
            .array(
              z.object({
                threshold: z.number(),
                count: z.int().nonnegative(),
                of: z.int().nonnegative(),
                rate: z.number().min(0).max(1),
                rateAll: z.number().min(0).max(1).nullable(),
              }),
            )
            .describe(
              'Each fold: the distance that is best on the others, squared L2, and its own pairs judged rightly',
            ),
        })
        .optional()
        .describe('Of a file of pairs in folds'),
      scores: z
        .object({
          edges: z.array(z.number()),
          genuine: z.array(z.int().nonnegative()),
          impostor: z.array(z.int().nonnegative()),
        })
        .describe('How many distances lie in equal bins, the last with its upper edge'),
    }),
  ),
);
