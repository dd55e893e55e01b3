import type { Facts } from '../../plugins/declare.js';
import { count } from '../../protocol/figure-text.js';
import type { Unfit } from '../declare.js';

/** At the most so many pairs can be left, whichever images are queried. */
export function tooFewPairs(
  fmr: number,
  sample: number | undefined,
  { images, imagesPerIdentity: each }: Facts,
): Unfit[] {
  if (images === undefined || each === undefined) return [];
  const identities = images / each;
  const queried = Math.min(sample ?? images, images);
  const spared = identities - Math.ceil(queried / each);
  const most = Math.max(spared, queried >= identities ? Math.ceil(identities / 2) : 0);
  const pairs = ((most * (most - 1)) / 2) * each ** 2;
  if (fmr * pairs >= 1) return [];
  const smallest = pairs === 0 ? 'measure none' : `measure none below ${Number((1 / pairs).toPrecision(2))}`;
  const message = `A false match rate of ${fmr} takes ${count(Math.ceil(1 / fmr))} impostor pairs of identities that no query belongs to: the ${count(pairs)} that there are at the most ${smallest}`;
  return [{ code: 'pairs-unfit', at: ['fmr'], message, fatal: true }];
}
