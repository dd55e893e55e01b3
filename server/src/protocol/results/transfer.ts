import * as z from 'zod';
import { byVersionAndJudge, count, distance, proportion, rate, whiteBox } from './figure.js';

/** What each judge says of each version of the queries: a version and a judge an entry, the originals first. */
export const transferResults = byVersionAndJudge(
  z.array(
    z.object({
      perturbation: z.string().describe('`original` of photographs that are not perturbed'),
      countermeasure: z
        .string()
        .nullable()
        .describe('What the photographs went through; null where they went through none'),
      judge: z.string(),
      whiteBox: whiteBox('the judge'),
      images: count({
        label: '{version} by {judge}: images',
        column: 'images',
        docs: 'Judged queries of which there is such a version',
      }),
      noFace: count({
        label: '{version} by {judge}: no face',
        column: 'no face',
        docs: 'Of these photographs those in which the judge finds no face',
        better: 'neither',
      }),
      top1: z.object(
        proportion({
          label: '{version} by {judge}: top-1',
          column: 'top-1',
          docs: 'Share of the photographs with an embedding whose nearest other original is of their identity',
          of: 'photographs with an embedding whose identity has another image that the judge embeds',
          better: 'higher',
        }),
      ),
      matched: z.object(
        proportion({
          label: '{version} matched by {judge}',
          column: 'matched',
          docs: 'Share of the photographs with an embedding that lie within the judge’s own threshold of at least one other image of their identity',
          of: 'photographs with an embedding whose identity has another image that the judge embeds',
          better: 'higher',
        }),
      ),
      matchedAll: rate({
        label: '{version} matched by {judge}, of all',
        column: 'matched of all',
        docs: 'Share of every judged query whose identity has another image that the judge embeds that is matched: a face that is not found, or a photograph that is not there, counts as not matched',
        better: 'higher',
      }),
      shift: distance({
        label: '{version} by {judge}: shift',
        column: 'shift',
        docs: 'Median root L2 between the judge’s vectors of the original and of this version, over its median root L2 between two images of one identity',
      }),
      fmr: z.number().describe('The false match rate that the judge’s threshold was set by, which is not exceeded'),
      threshold: distance({
        label: '{version} by {judge}: threshold',
        docs: 'The judge’s threshold, squared L2: the largest distance of any pair at which no larger share of impostor pairs match, over identities that no judged query belongs to',
      }),
      actualFmr: rate({
        label: '{version} by {judge}: measured FMR',
        docs: 'Share of these impostor pairs that match at the threshold',
      }),
      impostorPairs: count({
        label: '{version} by {judge}: impostor pairs',
        docs: 'Impostor pairs that the threshold was set by',
      }),
      setAside: count({
        label: '{version} by {judge}: queries set aside',
        docs: 'Queries that are not judged, since every identity is queried and theirs was drawn to set thresholds by',
        better: 'neither',
      }),
    }),
  ),
);
