import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { percentile } from './percentile.js';
import { type Proportion, proportion } from './proportion.js';

export const DRAWS = 1000;
const SEED = 1;

/** What was counted of one identity. */
export interface IdentityCount {
  readonly count: number;
  readonly of: number;
}

/** What one query, pair or photograph came to, and whose it is; null where that is unknown. */
export interface Outcome {
  readonly identity: string | null;
  /** Or a share of it, from 0 to 1. */
  readonly hit: boolean | number;
}

/** An interval that takes identities, and not what is counted of them, for independent. */
export interface IdentityInterval {
  readonly ci95ByIdentity: [low: number, high: number] | null;
  /** How it was worked out; null where there is none. */
  readonly byIdentity: 'bootstrap' | 'wilson' | null;
}

const NONE: IdentityInterval = { ci95ByIdentity: null, byIdentity: null };

/** A count with its rate, and both intervals of it: of a rate over outcomes of known identities. */
export type CountedRate = IdentityCount & Proportion & IdentityInterval;

/**
 * Draws of as many identities as there are, with repetition: which one was drawn, 1,000 draws one after the other. They
 * are the same for the same number of identities, so that figures over the same identities move together.
 */
export function* identityDraws(identities: number): Generator<Uint32Array> {
  const generator = xoroshiro128plus(SEED);
  const drawn = new Uint32Array(identities);
  for (let draw = 0; draw < DRAWS; draw++) {
    for (let n = 0; n < identities; n++) drawn[n] = uniformInt(generator, 0, identities - 1);
    yield drawn;
  }
}

/**
 * The percentile bootstrap over identities (Efron, 1979): the 2.5th and the 97.5th percentile of a figure over 1,000
 * draws. `figure` is given the identities that were drawn, by number, one as often as it was drawn, in an array that the
 * next draw fills again. Null where a draw has no such figure, or there are fewer than two identities.
 */
export function bootstrapInterval(
  identities: number,
  figure: (drawn: Uint32Array) => number | null,
): [low: number, high: number] | null {
  if (identities < 2) return null;
  const values = new Float64Array(DRAWS);
  let draw = 0;
  for (const drawn of identityDraws(identities)) {
    const value = figure(drawn);
    if (value === null) return null;
    values[draw++] = value;
  }
  return [percentile(values, 2.5), percentile(values, 97.5)];
}

/**
 * The 95 % interval of a rate over identities: the bootstrap, each identity with all that was counted of it. Where none
 * or all was counted every draw gives the same, and Wilson’s interval over the identities stands for it. Of fewer than
 * two identities with something to count there is none.
 */
export function identityInterval(all: readonly IdentityCount[]): IdentityInterval {
  const identities = all.filter(({ of }) => of > 0);
  if (identities.length < 2) return NONE;
  const [count, of] = [sum(identities, 'count'), sum(identities, 'of')];
  if (count === 0 || count === of) {
    const { ci95 } = proportion(count === 0 ? 0 : identities.length, identities.length);
    return { ci95ByIdentity: ci95, byIdentity: 'wilson' };
  }
  const counts = Float64Array.from(identities, (one) => one.count);
  const ofs = Float64Array.from(identities, (one) => one.of);
  const ci95ByIdentity = bootstrapInterval(identities.length, (drawn) => {
    let [drawnCount, drawnOf] = [0, 0];
    for (let n = 0; n < drawn.length; n++) {
      drawnCount += counts[drawn[n]!]!;
      drawnOf += ofs[drawn[n]!]!;
    }
    return drawnCount / drawnOf;
  });
  return { ci95ByIdentity, byIdentity: 'bootstrap' };
}

/**
 * How many of some outcomes are hits, with both intervals. By identity there is none where it is not known of every
 * outcome whose it is: who is unknown may be one person or many.
 */
export function countedRate(outcomes: readonly Outcome[]): CountedRate {
  const count = outcomes.reduce((total, { hit }) => total + Number(hit), 0);
  const identities = countsByIdentity(outcomes);
  return {
    count,
    of: outcomes.length,
    ...proportion(count, outcomes.length),
    ...(identities ? identityInterval(identities) : NONE),
  };
}

/** What was counted of each identity, in the order in which they come; undefined where one is unknown. */
export function countsByIdentity(outcomes: readonly Outcome[]): IdentityCount[] | undefined {
  const byIdentity = new Map<string, { count: number; of: number }>();
  for (const { identity, hit } of outcomes) {
    if (identity === null) return undefined;
    const own = byIdentity.get(identity) ?? { count: 0, of: 0 };
    byIdentity.set(identity, own);
    own.count += Number(hit);
    own.of += 1;
  }
  return [...byIdentity.values()];
}

function sum(counts: readonly IdentityCount[], part: keyof IdentityCount): number {
  return counts.reduce((total, one) => total + one[part], 0);
}
