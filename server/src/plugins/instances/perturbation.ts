import type { Problem, Result } from '../../protocol/errors.js';
import type { ImageEntry } from './dataset.js';
import type { WorkContext } from './work-context.js';

/** A perturbed photograph as PNG bytes of the photograph's own size, or why there is none. */
export type Perturbed =
  | { readonly kind: 'perturbed'; readonly png: Uint8Array }
  | { readonly kind: 'no-face' }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** A photograph to perturb, with the SHA-256 of its content: nothing may be made of other bytes than those. */
export interface ListedPhotograph extends ImageEntry {
  readonly hash: string;
}

/**
 * Makes perturbed versions of photographs. The same photograph gives the same bytes, whatever else is in the
 * batch: a run that was killed goes on where it was and ends with the same files.
 */
export interface Perturbation {
  /** How many photographs `perturb` likes to be given at once; Infinity where it wants all that are left. */
  readonly batchSize: number;
  /** What follows the stem of a photograph's name in that of its perturbed version: `_cloaked.png`. */
  readonly suffix: string;
  /**
   * Told of all photographs before the first is perturbed, where that of one depends on which others there are; `all` are
   * those of the data set, perturbed or not.
   */
  expect?(images: readonly ListedPhotograph[], all?: readonly ListedPhotograph[]): Promise<void>;
  /** A sentence about photographs of which there is no version: what is there, and what would find it. */
  advice?(): Promise<string | undefined>;
  /**
   * What else decides about a photograph's outcome, beside its content and the parameters: a file of the user's, say.
   * An outcome is kept as long as this stays the same; absent where there is nothing else.
   */
  stampOf?(image: ImageEntry): Promise<string>;
  /** One outcome for each photograph, in order; a problem where none of them can be perturbed. */
  perturb(batch: readonly ListedPhotograph[], context: WorkContext): Promise<Result<readonly Perturbed[]>>;
  close(): Promise<void>;
}
