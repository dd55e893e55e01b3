import type { VectorSource } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { LARGEST_SQUARED_NORM } from '../../protocol/limits.js';
import { largestOf, squaredNorms } from './norms.js';

/** A model that gives NaN or infinity has no nearest neighbours. */
export async function checkFinite(vectors: VectorSource): Promise<Result<void>> {
  let finite = true;
  for await (const block of vectors.blocks()) finite &&= largestOf(squaredNorms(block)) < LARGEST_SQUARED_NORM;
  if (finite) return ok(undefined);
  const hint = 'The model gave these vectors: check its input range and its precision.';
  return fail('vectors-not-finite', `Some vectors hold NaN, infinity or values too large to compare`, { hint });
}
