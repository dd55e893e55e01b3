import * as z from 'zod';
import { byName, count, proportion, rate, word } from './figure.js';

/** Yes/no questions asked of images by words. */
export const attributesResults = z.object({
  model: word('model', z.string()),
  images: count({ label: 'images that were asked about', column: 'asked about', docs: 'Images with an embedding' }),
  questions: byName(
    'question',
    z.array(
      z.object({
        name: z.string().describe('The attribute'),
        yes: z.string(),
        no: z.string(),
        saidYes: count({
          label: '{question}: said yes',
          column: 'said yes',
          short: '{value} yes',
          docs: 'Images nearer to `yes` than to `no`',
        }),
        accuracy: z
          .object(
            proportion({
              label: '{question}: right answers',
              short: '{value} right',
              first: true,
              column: 'right',
              docs: 'Share of the answers that are right, of the images that the list of attributes names',
              of: 'images that the list of attributes names',
              better: 'higher',
            }),
          )
          .optional(),
        balanced: rate({
          label: '{question}: balanced accuracy',
          column: 'balanced',
          docs: 'Mean of the rates among images with the attribute and without, so that always saying the same gives 50 %',
          better: 'higher',
        }).optional(),
      }),
    ),
  ),
});
