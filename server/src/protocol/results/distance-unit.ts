import * as z from 'zod';
import type { Results } from '../results.js';

/** What says how far what was found is: a distance, or the similarity that a service gives. */
export const distanceUnit = z.enum(['squared-l2', 'l2', 'similarity']);
export type DistanceUnit = z.infer<typeof distanceUnit>;

/** How each is written. */
export const UNITS: Readonly<Record<DistanceUnit, string>> = {
  'squared-l2': 'squared L2',
  l2: 'L2',
  similarity: 'the service’s similarity',
};

/** What stands beside what a model of the run found: one unit, that of the thresholds, unless a service was asked. */
export function unitOf({ threshold, retrieve }: Pick<Results, 'threshold' | 'retrieve'>, model: string): DistanceUnit {
  if (retrieve && retrieve.use !== 'local' && retrieve.model === model) return 'similarity';
  return threshold?.unit ?? 'squared-l2';
}
