import type { RankedDistance } from '../../plugins/declare.js';
import type { VerificationResult } from '../../protocol/results.js';
import { identityInterval } from '../../statistics/identity-bootstrap.js';
import { proportion, rateOf } from '../../statistics/proportion.js';
import { eerInterval } from './eer-interval.js';
import { DistanceBins } from './histogram.js';
import {
  type AskedOfImpostors,
  countByWalks,
  type Gaps,
  type GenuineDistances,
  type ImpostorDistances,
  lowerBound,
  MomentSums,
  type Moments,
  upperBound,
} from './impostor-survey.js';

export type { GenuineDistances };

export type VerificationFigures = Pick<VerificationResult, 'eer' | 'auc' | 'dPrime' | 'at' | 'roc' | 'scores'>;

/** Points of the ROC curve by steps of the true match rate, and as many by steps of the false match rate’s logarithm. */
const ROC_POINTS = 256;

/**
 * How well a distance tells pairs of one identity from pairs of two (ISO/IEC 19795-1); two images match where their
 * distance is not greater than the threshold. There is a pair of either kind. Undefined where too many impostor
 * distances are nearly the same to be put in order.
 */
export async function verificationOf(
  genuine: GenuineDistances,
  impostors: ImpostorDistances,
  rates: readonly number[],
): Promise<VerificationFigures | undefined> {
  const sorted = genuine.distances.slice().sort();
  const limits = rates.map((fmr) => mostMatches(fmr, impostors.count));
  const crossingIn = (gaps: Gaps) => crossingOf(stepsOf(sorted, gaps), sorted.length, impostors.count);
  let bins = new DistanceBins(0, 0);
  const asked: AskedOfImpostors = {
    bins(least, most) {
      bins = new DistanceBins(Math.min(least, sorted[0]!), Math.max(most, sorted[sorted.length - 1]!));
      return bins;
    },
    ranks(gaps) {
      const rank = crossingIn(gaps)?.rank;
      return rank === undefined ? limits : [...limits, rank];
    },
  };
  const counted = await (impostors.counted ?? walking(impostors))(sorted, asked);
  if (!counted) return undefined;
  const { gaps, moments, ranked, binned } = counted;
  const steps = stepsOf(sorted, gaps);
  const crossing = crossingIn(gaps);
  const rate = crossing ? eerOf(crossing, ranked[limits.length], sorted.length, impostors.count) : null;
  const ofGenuine = bins.none();
  bins.count(sorted, ofGenuine);
  return {
    eer: { rate, ...eerInterval(rate, genuine, impostors.held) },
    auc: aucOf(gaps, steps, sorted.length, impostors.count),
    dPrime: dPrimeOf(new MomentSums().add(genuine.distances), moments),
    at: rates.map((fmr, n) => operatingPoint(fmr, ranked[n]!, genuine, sorted, impostors.count)),
    roc: rocOf(steps, sorted.length, impostors.count),
    scores: { edges: bins.edges, genuine: ofGenuine, impostor: [...binned] },
  };
}

function walking(impostors: ImpostorDistances) {
  return (genuine: Float64Array, asked: AskedOfImpostors) => countByWalks(impostors, genuine, asked);
}

/** The largest number of pairs whose share is not above a rate, to the last bit of their quotient. */
export function mostMatches(fmr: number, pairs: number): number {
  let most = Math.floor(fmr * pairs);
  while (most > 0 && most / pairs > fmr) most -= 1;
  while ((most + 1) / pairs <= fmr) most += 1;
  return most;
}

/** The threshold is the largest distance of any pair below that of the first impostor too many. */
function operatingPoint(
  fmr: number,
  { value, less, before }: RankedDistance,
  genuine: GenuineDistances,
  sorted: Float64Array,
  impostors: number,
): VerificationResult['at'][number] {
  const matching = lowerBound(sorted, value);
  const of = sorted.length;
  if (matching === 0 && before === null) {
    const nothing = { rate: null, ci95: null, ci95ByIdentity: null, byIdentity: null };
    return { fmr, threshold: null, actualFmr: null, tmr: { count: 0, of, ...nothing }, tmrAll: null };
  }
  const threshold = Math.max(before ?? 0, matching > 0 ? sorted[matching - 1]! : 0);
  return {
    fmr,
    threshold,
    actualFmr: less / impostors,
    tmr: {
      count: matching,
      of,
      ...proportion(matching, of),
      ...identityInterval(countsByIdentity(genuine, threshold)),
    },
    tmrAll: rateOf(matching, of + genuine.left),
  };
}

function countsByIdentity({ distances, perIdentity }: GenuineDistances, threshold: number) {
  let at = 0;
  return perIdentity.map((of) => {
    let count = 0;
    for (const end = at + of; at < end; at++) if (distances[at]! <= threshold) count += 1;
    return { count, of };
  });
}

/** A genuine distance, as a threshold: how many pairs lie below it, and how many are not above. */
interface Step {
  readonly genuineLess: number;
  readonly genuineAtMost: number;
  readonly impostorsLess: number;
  readonly impostorsAtMost: number;
}

/** Of each genuine distance, ascending, as columns: there are millions. */
class Steps {
  readonly genuineAtMost: Float64Array;
  readonly impostorsLess: Float64Array;
  readonly impostorsAtMost: Float64Array;

  constructor(readonly length: number) {
    this.genuineAtMost = new Float64Array(length);
    this.impostorsLess = new Float64Array(length);
    this.impostorsAtMost = new Float64Array(length);
  }

  at(n: number): Step {
    return {
      genuineLess: n === 0 ? 0 : this.genuineAtMost[n - 1]!,
      genuineAtMost: this.genuineAtMost[n]!,
      impostorsLess: this.impostorsLess[n]!,
      impostorsAtMost: this.impostorsAtMost[n]!,
    };
  }
}

function stepsOf(sorted: Float64Array, { between, equal }: Gaps): Steps {
  let distinct = 0;
  for (let n = 0; n < sorted.length; n++) if (n === 0 || sorted[n] !== sorted[n - 1]) distinct += 1;
  const steps = new Steps(distinct);
  let [passed, step] = [0, -1];
  for (let n = 0; n < sorted.length; n++) {
    const isNew = n === 0 || sorted[n] !== sorted[n - 1];
    // Nothing lies between equal distances.
    passed += between[n]!;
    if (isNew) {
      step += 1;
      steps.impostorsLess[step] = passed;
      passed += equal[n]!;
      steps.impostorsAtMost[step] = passed;
    }
    steps.genuineAtMost[step] = n + 1;
  }
  return steps;
}

/** Where the false match rate, which rises with the threshold, comes to be above the false non-match rate. */
interface Crossing {
  /** Below it no more genuine pairs match than so many. */
  readonly genuine: number;
  /** The rank of the impostor distance that is above the crossing; absent where that is a genuine one, which `next` is. */
  readonly rank?: number;
  readonly next?: Step;
}

/**
 * The crossing lies at a genuine distance, or between two: there the false non-match rate stays, and the impostor
 * distance is the first of more than that share. Undefined where even the least threshold is above the crossing.
 */
function crossingOf(steps: Steps, genuine: number, impostors: number): Crossing | undefined {
  const isBelow = (n: number) => steps.impostorsAtMost[n]! / impostors <= (genuine - steps.genuineAtMost[n]!) / genuine;
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBelow(middle)) low = middle + 1;
    else high = middle;
  }
  const next = low < steps.length ? steps.at(low) : undefined;
  const matching = low === 0 ? 0 : steps.genuineAtMost[low - 1]!;
  const rank = mostMatches((genuine - matching) / genuine, impostors);
  if (rank < (next ? next.impostorsLess : impostors)) return { genuine: matching, rank };
  if (!next || (low === 0 && next.impostorsLess === 0)) return undefined;
  return { genuine: matching, next };
}

/** pyeer’s `get_eer_values`: of the thresholds on both sides the one where the two rates add up to less. */
function eerOf({ genuine, next }: Crossing, ranked: RankedDistance | undefined, of: number, impostors: number): number {
  const errors = (falseMatches: number, matches: number) => [falseMatches / impostors, (of - matches) / of] as const;
  const [impostorsBelow, impostorsAbove, matchesAbove] = next
    ? [next.impostorsLess, next.impostorsAtMost, next.genuineAtMost]
    : [ranked?.less ?? 0, ranked?.atMost ?? 0, genuine];
  const below = errors(impostorsBelow, genuine);
  const above = errors(impostorsAbove, matchesAbove);
  const [fmr, fnmr] = below[0] === below[1] || below[0] + below[1] < above[0] + above[1] ? below : above;
  return (fmr + fnmr) / 2;
}

/** Mann and Whitney’s U over the number of its comparisons. */
function aucOf({ between, equal }: Gaps, steps: Steps, genuine: number, impostors: number): number {
  let wins = 0;
  for (let n = 0; n < between.length; n++) wins += between[n]! * n;
  for (let n = 0; n < steps.length; n++) {
    const { genuineLess, genuineAtMost } = steps.at(n);
    wins += (equal[genuineLess]! * (genuineLess + genuineAtMost)) / 2;
  }
  return wins / (genuine * impostors);
}

function dPrimeOf(genuine: Moments, impostor: Moments): number | null {
  const spread = Math.sqrt((genuine.variance + impostor.variance) / 2);
  return spread === 0 ? null : Math.abs(genuine.mean - impostor.mean) / spread;
}

/** Genuine distances as thresholds: some evenly by the true match rate, some evenly by the logarithm of the other. */
function rocOf(steps: Steps, genuine: number, impostors: number): VerificationResult['roc'] {
  const last = steps.length - 1;
  const chosen = new Set<number>();
  for (let n = 0; n < ROC_POINTS; n++) {
    chosen.add(Math.round((last * n) / (ROC_POINTS - 1)));
    const falseMatches = impostors ** (n / (ROC_POINTS - 1));
    chosen.add(Math.max(0, upperBound(steps.impostorsAtMost, falseMatches) - 1));
  }
  const points = [...chosen].sort((a, b) => a - b).map((n) => steps.at(n));
  return {
    fmr: points.map(({ impostorsAtMost }) => impostorsAtMost / impostors),
    tmr: points.map(({ genuineAtMost }) => genuineAtMost / genuine),
  };
}
