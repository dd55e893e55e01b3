import type { Facts } from '../plugins/declare.js';

/** What a data set may be too small for: codes of the experiment file's diagnostics, with what they mean. */
export const UNFIT_CODES = {
  'single-images': 'Identities have one image each, where a stage compares images of one identity.',
} as const;

/** What of a section a data set cannot give, as far as it says what it holds before it is listed. */
export interface Unfit {
  readonly code: keyof typeof UNFIT_CODES;
  /** A key of the section; by default the section itself. */
  readonly at?: readonly (string | number)[];
  readonly message: string;
}

/** Identities with one image have no other image of theirs to be found, nor a distance to it. */
export function singleImages({ imagesPerIdentity }: Facts, why: string): readonly Unfit[] {
  return imagesPerIdentity === 1 ? [{ code: 'single-images', message: `Every identity has one image: ${why}` }] : [];
}
