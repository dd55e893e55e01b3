import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { percentile } from './percentile.js';
import { proportion } from './proportion.js';

const DRAWS = 1000;
const SEED = 1;

/** What was counted of one identity. */
export interface IdentityCount {
  readonly count: number;
  readonly of: number;
}

/** An interval that takes identities, and not what is counted of them, for independent. */
export interface IdentityInterval {
  readonly ci95ByIdentity: [low: number, high: number] | null;
  /** How it was worked out; null where there is none. */
  readonly method: 'bootstrap' | 'wilson' | null;
}

/**
 * The 95 % interval of a rate over identities: the percentile bootstrap (Efron, 1979) of 1,000 draws of as many
 * identities as there are, with repetition, each with all that was counted of it. Where none or all was counted every
 * draw gives the same, and Wilson’s interval over the identities stands for it. Of fewer than two identities with
 * something to count there is none.
 */
export function identityInterval(all: readonly IdentityCount[]): IdentityInterval {
  const identities = all.filter(({ of }) => of > 0);
  if (identities.length < 2) return { ci95ByIdentity: null, method: null };
  const count = identities.reduce((sum, one) => sum + one.count, 0);
  const of = identities.reduce((sum, one) => sum + one.of, 0);
  if (count === 0 || count === of) {
    const { ci95 } = proportion(count === 0 ? 0 : identities.length, identities.length);
    return { ci95ByIdentity: ci95, method: 'wilson' };
  }
  const generator = xoroshiro128plus(SEED);
  const rates = Float64Array.from({ length: DRAWS }, () => {
    let [drawnCount, drawnOf] = [0, 0];
    for (let n = 0; n < identities.length; n++) {
      const drawn = identities[uniformInt(generator, 0, identities.length - 1)]!;
      drawnCount += drawn.count;
      drawnOf += drawn.of;
    }
    return drawnCount / drawnOf;
  });
  return { ci95ByIdentity: [percentile(rates, 2.5), percentile(rates, 97.5)], method: 'bootstrap' };
}
