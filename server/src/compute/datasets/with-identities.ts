import type { ImageEntry, Listing } from '../../plugins/declare.js';
import { identityByPattern, patternFault } from '../../plugins/inspection/identity-pattern.js';
import { fail, ok, type Result } from '../../protocol/errors.js';

/** Images with the identities that a pattern gives them: `identity-pattern` where it fits none of them. */
export function withIdentities(
  pattern: string,
  images: readonly ImageEntry[],
): Result<Pick<Listing, 'images' | 'problems'>> {
  const fault = patternFault(
    pattern,
    images.map(({ id }) => id),
  );
  const about = fault && { hint: fault.hint, specPath: ['identity'] };
  if (fault?.severity === 'error')
    return fail('identity-pattern', fault.message, { ...about, specPath: ['dataset', 'identity'] });
  return ok({
    images: images.map((image) => ({ ...image, identity: identityByPattern(pattern, image.id) })),
    problems: fault && [{ code: 'identity-pattern', message: fault.message, ...about }],
  });
}
