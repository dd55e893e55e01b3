import { bootstrapInterval, type IdentityInterval } from '../../statistics/identity-bootstrap.js';
import { proportion } from '../../statistics/proportion.js';
import type { GenuineDistances, HeldImpostors } from './impostor-survey.js';

/** Of more identities than this there is no interval. */
const MOST_IDENTITIES = 20_000;
const NONE: IdentityInterval = { ci95ByIdentity: null, byIdentity: null };

/**
 * The 95 % interval of an equal error rate over identities: the percentile bootstrap, in which a genuine pair counts as
 * often as its identity was drawn and an impostor pair as often as both of its identities were, one times the other, and
 * thresholds are found anew. Where the rate is 0 or 1 every draw gives the same, and Wilson’s interval over the
 * identities stands for it. None where it is not known whose each pair is, nor of more than 20,000 identities.
 */
export function eerInterval(
  rate: number | null,
  genuine: GenuineDistances,
  impostors: HeldImpostors | undefined,
): IdentityInterval {
  const { perIdentity } = genuine;
  if (rate === null || !impostors || perIdentity.length > MOST_IDENTITIES || perIdentity.length < 2) return NONE;
  if (rate === 0 || rate === 1) {
    const { ci95 } = proportion(rate * perIdentity.length, perIdentity.length);
    return { ci95ByIdentity: ci95, byIdentity: 'wilson' };
  }
  const eer = weightedEer(genuine, impostors);
  const ci95ByIdentity = bootstrapInterval(perIdentity.length, eer);
  return ci95ByIdentity ? { ci95ByIdentity, byIdentity: 'bootstrap' } : NONE;
}

/**
 * What the equal error rate is over a draw of identities, one as often as it was drawn: as `verificationOf` has it over
 * all pairs. Null of a draw without a pair of either kind, or in which the two rates do not cross.
 */
export function weightedEer(
  { distances, perIdentity }: GenuineDistances,
  impostors: HeldImpostors,
): (drawn: Uint32Array) => number | null {
  const genuineOf = Int32Array.from(perIdentity.flatMap((count, identity) => new Array<number>(count).fill(identity)));
  const ofGenuine = sortedOrder(distances);
  const ofImpostors = sortedOrder(impostors.distances);
  const pairs = pairCounts(impostors);
  const weights = new Float64Array(perIdentity.length);
  return (drawn) => {
    weights.fill(0);
    for (const identity of drawn) weights[identity]! += 1;
    const genuine = perIdentity.reduce((sum, count, identity) => sum + count * weights[identity]!, 0);
    const all = pairs.reduce((sum, { first, second, count }) => sum + count * weights[first]! * weights[second]!, 0);
    if (genuine === 0 || all === 0) return null;
    let [g, i, matches, falseMatches] = [0, 0, 0, 0];
    let below: readonly [number, number] | undefined;
    for (;;) {
      const nextGenuine = g < ofGenuine.length ? distances[ofGenuine[g]!]! : Number.POSITIVE_INFINITY;
      const nextImpostor = i < ofImpostors.length ? impostors.distances[ofImpostors[i]!]! : Number.POSITIVE_INFINITY;
      const threshold = Math.min(nextGenuine, nextImpostor);
      if (threshold === Number.POSITIVE_INFINITY) return below ? (below[0] + below[1]) / 2 : null;
      const before = matches + falseMatches;
      for (; g < ofGenuine.length && distances[ofGenuine[g]!] === threshold; g++) {
        matches += weights[genuineOf[ofGenuine[g]!]!]!;
      }
      for (; i < ofImpostors.length && impostors.distances[ofImpostors[i]!] === threshold; i++) {
        const pair = ofImpostors[i]!;
        falseMatches += weights[impostors.first[pair]!]! * weights[impostors.second[pair]!]!;
      }
      // Nobody who was drawn has a pair at this distance.
      if (matches + falseMatches === before) continue;
      const at = [falseMatches / all, (genuine - matches) / genuine] as const;
      if (at[0] <= at[1]) {
        below = at;
        continue;
      }
      if (!below) return null;
      const [fmr, fnmr] = below[0] === below[1] || below[0] + below[1] < at[0] + at[1] ? below : at;
      return (fmr + fnmr) / 2;
    }
  };
}

function sortedOrder(distances: Float64Array): Int32Array {
  return Int32Array.from(distances.keys()).sort((a, b) => distances[a]! - distances[b]!);
}

/** How many pairs there are of each two identities. */
function pairCounts({ first, second }: HeldImpostors) {
  const counts = new Map<number, { first: number; second: number; count: number }>();
  for (let n = 0; n < first.length; n++) {
    const key = first[n]! * MOST_IDENTITIES + second[n]!;
    const known = counts.get(key);
    if (known) known.count += 1;
    else counts.set(key, { first: first[n]!, second: second[n]!, count: 1 });
  }
  return [...counts.values()];
}
