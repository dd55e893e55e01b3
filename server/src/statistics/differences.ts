import { bootstrapInterval, type IdentityInterval } from './identity-bootstrap.js';
import { proportion } from './proportion.js';

/** What one query came to in two ways of asking. */
export interface PairedOutcome {
  /** Null where it is not known whose photograph it is. */
  readonly identity: string | null;
  readonly a: boolean;
  readonly b: boolean;
}

export interface PairedDifference extends IdentityInterval {
  /** Queries that have both outcomes, and those in which they differ. */
  readonly n: number;
  readonly discordant: number;
  /** The rate of b less that of a; null of no query. */
  readonly difference: number | null;
  /** McNemar’s exact p-value, which takes queries for independent; null of no query. */
  readonly p: number | null;
  /** The p-value of the sign-flip permutation by identity; null where it is not known of every query whose it is. */
  readonly pByIdentity: number | null;
}

/** How two rates on the same queries differ, whatever the two are: versions, models, or runs. */
export function pairedDifference(outcomes: readonly PairedOutcome[]): PairedDifference {
  const n = outcomes.length;
  const onlyA = outcomes.filter(({ a, b }) => a && !b).length;
  const onlyB = outcomes.filter(({ a, b }) => b && !a).length;
  const people = peopleOf(outcomes);
  return {
    n,
    discordant: onlyA + onlyB,
    difference: n === 0 ? null : (onlyB - onlyA) / n,
    ...differenceInterval(people ?? []),
    p: n === 0 ? null : mcnemarExact(onlyA, onlyB),
    pByIdentity: n === 0 || !people ? null : signFlip(people.map(({ difference }) => difference)),
  };
}

/** What of one identity's queries is right in b and not in a, less the other way round. */
interface Person {
  readonly difference: number;
  readonly of: number;
}

function peopleOf(outcomes: readonly PairedOutcome[]): Person[] | undefined {
  const people = new Map<string, { difference: number; of: number }>();
  for (const { identity, a, b } of outcomes) {
    if (identity === null) return undefined;
    const own = people.get(identity) ?? { difference: 0, of: 0 };
    people.set(identity, own);
    own.difference += Number(b) - Number(a);
    own.of += 1;
  }
  return [...people.values()];
}

/**
 * The bootstrap over identities of the difference. Where it is the same of everybody, 0 or 1, each draw gives that again,
 * and Wilson’s interval of the share of identities that would show anything else stands for it, to either side.
 */
function differenceInterval(people: readonly Person[]): IdentityInterval {
  if (people.length < 2) return { ci95ByIdentity: null, byIdentity: null };
  const [least] = proportion(people.length, people.length).ci95 ?? [0];
  if (people.every(({ difference }) => difference === 0)) {
    return { ci95ByIdentity: [least - 1, 1 - least], byIdentity: 'wilson' };
  }
  if (people.every(({ difference, of }) => difference === of))
    return { ci95ByIdentity: [least, 1], byIdentity: 'wilson' };
  if (people.every(({ difference, of }) => difference === -of)) {
    return { ci95ByIdentity: [-1, -least], byIdentity: 'wilson' };
  }
  const ci95ByIdentity = bootstrapInterval(people.length, (drawn) => {
    let [difference, of] = [0, 0];
    for (let n = 0; n < drawn.length; n++) {
      const person = people[drawn[n]!]!;
      difference += person.difference;
      of += person.of;
    }
    return difference / of;
  });
  return { ci95ByIdentity, byIdentity: 'bootstrap' };
}

/**
 * McNemar’s test in its exact form: the two-sided binomial test of the discordant queries at one half. 1 where there is
 * none.
 */
export function mcnemarExact(onlyA: number, onlyB: number): number {
  const of = onlyA + onlyB;
  const fewer = Math.min(onlyA, onlyB);
  // C(of, fewer) / 2 ** of, halved on the way so that it stays a number.
  let [term, halvings] = [1, of];
  for (let i = 1; i <= fewer; i++) {
    term *= (of - fewer + i) / i;
    for (; term > 1 && halvings > 0; halvings--) term /= 2;
  }
  for (; halvings > 0; halvings -= Math.min(halvings, 1000)) term *= 2 ** -Math.min(halvings, 1000);
  // From the largest term of the tail on, each in proportion to the one before.
  let [sum, share] = [1, 1];
  for (let i = fewer; i > 0 && share > 0; i--) {
    share *= i / (of - i + 1);
    sum += share;
  }
  return Math.min(1, 2 * term * sum);
}

/**
 * The two-sided permutation test in which each identity's difference keeps or changes its sign: of all ways, the share
 * in which the sum is as far from 0 as the one that was measured, counted exactly rather than drawn. Where each identity
 * has one query it is McNemar’s.
 */
export function signFlip(differences: readonly number[]): number {
  const sizes = differences.map(Math.abs).filter((size) => size > 0);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const measured = Math.abs(differences.reduce((sum, one) => sum + one, 0));
  // How likely each sum of those that keep their sign is.
  const chances = new Float64Array(total + 1);
  chances[0] = 1;
  let reach = 0;
  for (const size of sizes) {
    reach += size;
    for (let sum = reach; sum >= 0; sum--) {
      chances[sum] = (chances[sum]! + (sum >= size ? chances[sum - size]! : 0)) / 2;
    }
  }
  let p = 0;
  for (let sum = 0; sum <= total; sum++) if (Math.abs(2 * sum - total) >= measured) p += chances[sum]!;
  return Math.min(1, p);
}

/** P-values of one family as Holm (1979) adjusts them: each may be read by itself. Those that are null are none of it. */
export function holm(values: readonly (number | null)[]): (number | null)[] {
  const ordered = [...values.entries()].flatMap(([n, p]) => (p === null ? [] : [{ n, p }])).sort((a, b) => a.p - b.p);
  const adjusted: (number | null)[] = values.map(() => null);
  let most = 0;
  for (const [rank, { n, p }] of ordered.entries()) {
    most = Math.max(most, Math.min(1, (ordered.length - rank) * p));
    adjusted[n] = most;
  }
  return adjusted;
}
