import type { Facts } from '../plugins/declare.js';

/** What of a section a data set cannot give, as far as it says what it holds before it is listed. */
export interface Unfit {
  /** A code of the experiment file's diagnostics. */
  readonly code: 'single-images';
  /** A key of the section; by default the section itself. */
  readonly at?: readonly (string | number)[];
  readonly message: string;
}

/** Identities with one image have no other image of theirs to be found, nor a distance to it. */
export function singleImages({ imagesPerIdentity }: Facts, why: string): readonly Unfit[] {
  return imagesPerIdentity === 1 ? [{ code: 'single-images', message: `Every identity has one image: ${why}` }] : [];
}
