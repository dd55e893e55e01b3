import * as z from 'zod';
import { count, word } from './figure.js';

/** What the data set holds, and what of it takes part. */
export const imagesResults = z.object({
  total: count({
    label: 'images',
    column: 'images',
    short: '{value} images',
    docs: 'Images that are there, readable or not',
  }),
  identities: count({
    label: 'identities',
    short: '{value} identities',
    column: 'identities',
    docs: 'People, or whatever the images are told apart by',
  }),
  missing: count({
    label: 'missing images',
    column: 'missing',
    docs: 'Images that the data set names and that are not there',
    better: 'lower',
  }).default(0),
  unreadable: count({
    label: 'unreadable images',
    column: 'unreadable',
    docs: 'Images that cannot be decoded',
    better: 'lower',
  }),
  noFace: count({
    label: 'images without a face',
    column: 'no face',
    docs: 'Images in which face-recognition finds no face; where it is not used, the first model that found none in some',
    better: 'lower',
  }),
  copies: count({
    label: 'copies',
    column: 'copies',
    docs: 'Images whose content another image has too; of each content one is not counted',
    better: 'lower',
  }).default(0),
  passedOver: word('passed over', z.record(z.string(), z.int().nonnegative()))
    .optional()
    .describe('Files in its folders that are images by no ending that is read, by their ending'),
});
