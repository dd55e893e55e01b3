import type { VerificationResult } from '../../protocol/results.js';
import { rateOf } from '../../statistics/proportion.js';

/** Pairs with a distance, each of one fold. */
export interface FoldedPairs {
  readonly distances: Float64Array;
  /** 1 for two images of one person. */
  readonly same: Uint8Array;
  readonly fold: Int32Array;
  readonly folds: number;
  /** How many more pairs each fold has of which an image has no embedding. */
  readonly left: readonly number[];
}

type Folds = NonNullable<VerificationResult['folds']>;

/**
 * LFW’s protocol (Huang et al., 2007): the accuracy of each fold at the distance that is best on all others, the least of
 * those that are as good; its mean, and the standard error of that, the root of the sample variance over the folds.
 * Undefined where there is one fold, or one has no pair to be judged, or none to judge by.
 */
export function foldsOf({ distances, same, fold, folds, left }: FoldedPairs): Folds | undefined {
  const order = Int32Array.from(distances.keys()).sort((a, b) => distances[a]! - distances[b]!);
  const sizes = new Array<number>(folds).fill(0);
  for (const one of fold) sizes[one]! += 1;
  if (folds < 2 || sizes.some((size) => size === 0)) return undefined;
  const each = sizes.map((of, n) => {
    const threshold = bestThreshold(n);
    let count = 0;
    for (const [pair, own] of fold.entries()) {
      if (own === n && distances[pair]! <= threshold === (same[pair] === 1)) count += 1;
    }
    return { threshold, count, of, rate: count / of, rateAll: rateOf(count, of + left[n]!) };
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / folds;
  const accuracy = mean(each.map(({ rate }) => rate));
  const squares = each.reduce((sum, { rate }) => sum + (rate - accuracy) ** 2, 0);
  return {
    folds,
    accuracy,
    standardError: Math.sqrt(squares / (folds - 1)) / Math.sqrt(folds),
    accuracyAll: mean(each.map(({ rateAll }) => rateAll ?? 0)),
    each,
  };

  /** Of the other folds' distances, the one at which most of their pairs are judged rightly. */
  function bestThreshold(without: number): number {
    let right = 0;
    for (const [pair, own] of fold.entries()) if (own !== without && same[pair] === 0) right += 1;
    let [best, most] = [Number.NaN, -1];
    for (let n = 0; n < order.length; n++) {
      const pair = order[n]!;
      if (fold[pair] === without) continue;
      right += same[pair] === 1 ? 1 : -1;
      if (right > most && isLastOf(n, without)) [best, most] = [distances[pair]!, right];
    }
    return best;
  }

  /** Equal distances match together. */
  function isLastOf(n: number, without: number): boolean {
    for (let next = n + 1; next < order.length; next++) {
      if (distances[order[next]!] !== distances[order[n]!]) return true;
      if (fold[order[next]!] !== without) return false;
    }
    return true;
  }
}
