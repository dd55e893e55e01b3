import * as z from 'zod';
import { byName, count, distance, proportion, rate, word } from './figure.js';

const rankRate = z.object({
  ...proportion({
    label: '{model} found at rank {rank}',
    short: 'rank {rank} {value}',
    column: 'rank {rank}',
    docs: 'Share of the probes of enrolled identities whose own identity is one of so many nearest (CMC); identities as near count as nearer',
    of: 'probes with an embedding, of identities that are enrolled',
    better: 'higher',
  }),
  rateAll: rate({
    label: '{model} found at rank {rank}, of all',
    docs: 'The same over every probe of an identity that was to be enrolled: one without an embedding, or whose identity could not be enrolled, counts as a miss',
    better: 'higher',
  }),
});

const operatingPoint = z.object({
  fpir: z.number().describe('The false positive identification rate that was asked for, which is not exceeded'),
  threshold: distance({
    label: '{model} threshold at FPIR {fpir}',
    docs: 'The largest distance, squared L2, of a probe to its own identity or of an unknown one to the nearest, at which the share of unknown probes with any match is not above this rate; null where there is none',
  }),
  actualFpir: rate({
    label: '{model} measured FPIR at FPIR {fpir}',
    docs: 'Share of the unknown probes within the threshold of any enrolled identity',
  }),
  fnir: z.object({
    ...proportion({
      label: '{model} FNIR at FPIR {fpir}',
      short: 'FNIR {value} at FPIR {fpir}',
      column: 'FNIR@{fpir}',
      docs: 'False negative identification rate: share of the probes of enrolled identities whose own identity is not within the threshold, at whatever rank',
      of: 'probes with an embedding, of identities that are enrolled',
      better: 'lower',
    }),
  }),
  fnirAll: rate({
    label: '{model} FNIR of all at FPIR {fpir}',
    docs: 'The same over every probe of an identity that was to be enrolled: one without an embedding, or whose identity could not be enrolled, counts as a miss',
    better: 'lower',
  }),
});

/** Who an image shows, of those that are enrolled, or that it shows none of them: a model an entry. */
export const identificationResults = byName(
  'model',
  z.array(
    z.object({
      model: z.string(),
      enrolled: count({
        label: '{model} enrolled identities',
        column: 'enrolled',
        docs: 'Identities with an enrolled image that has an embedding: the gallery that probes are compared with',
      }),
      failedToEnrol: count({
        label: '{model} failures to enrol',
        column: 'not enrolled',
        docs: 'Identities that were to be enrolled, of which no drawn image has an embedding',
        better: 'lower',
      }),
      probes: count({
        label: '{model} probes',
        column: 'probes',
        docs: 'Images of enrolled identities that are searched for: those with an embedding, but for the enrolled ones',
      }),
      unknownProbes: count({
        label: '{model} unknown probes',
        column: 'unknown',
        docs: 'Images with an embedding of identities that are not enrolled',
      }),
      left: count({
        label: '{model} probes left out',
        column: 'left out',
        docs: 'Images to be searched for without an embedding, or whose identity could not be enrolled; those of known identities are misses in the rates of all',
        better: 'lower',
      }),
      unpaired: word('unpaired', z.record(z.string(), z.int().nonnegative()))
        .optional()
        .describe(
          'Images that are neither enrolled nor searched for, by the reason: copies of another, those of nobody who is known, those whose content stands under two identities',
        ),
      cmc: byName('rank', z.record(z.string(), rankRate)),
      at: byName('fpir', z.array(operatingPoint)),
      curve: z
        .array(z.number().min(0).max(1))
        .describe('The share found at each rank from 1, a hundred ranks at the most (the CMC curve)'),
    }),
  ),
);
