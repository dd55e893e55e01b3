import { itemAt } from '../../protocol/item-at.js';
import type { Results } from '../../protocol/results.js';

export type Histogram = NonNullable<Results['threshold']>['histogram'];

/** Fine enough to show a second peak, coarse enough for a few hundred values. */
const BINS = 20;

/**
 * How many values lie in each of 20 equal bins from the lowest to the highest; the last bin holds its upper edge,
 * as `numpy.histogram` has it. Equal values lie in the middle of bins that span 1; no values have no bins.
 */
export function histogramOf(values: readonly number[]): Histogram {
  if (values.length === 0) return { edges: [], counts: [] };
  const [low, high] = rangeOf(values);
  const edges = Array.from({ length: BINS + 1 }, (_, n) => low + ((high - low) * n) / BINS);
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.floor((BINS * (value - low)) / (high - low)));
    counts[bin] = itemAt(counts, bin) + 1;
  }
  return { edges, counts };
}

function rangeOf(values: readonly number[]): [low: number, high: number] {
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}
