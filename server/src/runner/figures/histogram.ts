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

const DISTANCE_BINS = 60;

/** 60 equal bins from the least to the largest distance, the last with its upper edge. */
export class DistanceBins {
  readonly edges: number[];
  private readonly width: number;

  constructor(
    private readonly least: number,
    most: number,
  ) {
    this.width = most - least || 1;
    this.edges = Array.from({ length: DISTANCE_BINS + 1 }, (_, n) => least + (this.width * n) / DISTANCE_BINS);
  }

  none(): number[] {
    return new Array<number>(DISTANCE_BINS).fill(0);
  }

  count(distances: Float64Array, into: number[]): void {
    for (let n = 0; n < distances.length; n++) into[this.binOf(distances[n]!)]! += 1;
  }

  binOf(distance: number): number {
    return Math.min(DISTANCE_BINS - 1, Math.floor((DISTANCE_BINS * (distance - this.least)) / this.width));
  }

  /** The least distance of each bin but the first: an edge, give or take what it was rounded by. */
  starts(): Float64Array {
    return Float64Array.from(this.edges.slice(1, -1), (edge, n) => {
      let start = edge;
      while (this.binOf(start) > n) start = neighbour(start, -1);
      while (this.binOf(start) <= n) start = neighbour(start, 1);
      return start;
    });
  }
}

const DOUBLE = new Float64Array(1);
const BITS = new BigInt64Array(DOUBLE.buffer);

/** The next double above a positive one, or below it. */
function neighbour(value: number, steps: 1 | -1): number {
  DOUBLE[0] = value;
  BITS[0]! += BigInt(steps);
  return DOUBLE[0];
}
