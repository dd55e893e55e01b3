import type { Matrix } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { LARGEST_SQUARED_NORM } from '../../protocol/limits.js';
import { largestOf, squaredNorms } from './norms.js';

/** A model that gives NaN or infinity has no nearest neighbours. */
export function checkFinite(vectors: Matrix): Result<void> {
  const largest = largestOf(squaredNorms(vectors));
  if (largest < LARGEST_SQUARED_NORM) return ok(undefined);
  const hint = 'The model gave these vectors: check its input range and its precision.';
  return fail('vectors-not-finite', `Some vectors hold NaN, infinity or values too large to compare`, { hint });
}
