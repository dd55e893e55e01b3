import * as z from 'zod';
import { byName, count, intervals, rate } from './figure.js';

const hits = z.object({
  hits: count({
    label: '{model} top-{depth}: hits',
    docs: 'Queries with an image of their identity among the `{depth}` nearest',
  }),
  of: count({ label: '{model} top-{depth}: of', docs: 'Queries with an embedding' }),
  rate: rate({
    label: '{model} top-{depth}',
    short: 'top-{depth} {value}',
    column: 'top-{depth}',
    docs: 'Share of the queries with an embedding that have an image of their identity among the nearest: hits / of. The query itself is left out',
    better: 'higher',
  }),
  ...intervals,
  rateAll: rate({
    label: '{model} top-{depth} of all queries',
    docs: 'The rate over every query: one without an embedding counts as a miss',
    better: 'higher',
  }),
  ratePaired: rate({
    label: '{model} top-{depth} of paired queries',
    docs: 'The rate without identities that have one image, which cannot be found',
    better: 'higher',
  }),
});

/** How often the nearest images show the same person, a model an entry. */
export const accuracyResults = byName(
  'model',
  z.array(
    z.object({
      model: z.string(),
      dim: count({ label: '{model} dimension', docs: 'Numbers of an embedding' }),
      noFace: count({
        label: '{model} images without a face',
        column: 'no face',
        docs: 'Images in which the model found no face',
        better: 'lower',
      }),
      identities: count({ label: '{model} identities', docs: 'Identities with an embedding' }),
      top: byName('depth', z.record(z.string(), hits)),
    }),
  ),
);
