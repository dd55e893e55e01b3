import type { DistanceRange, RankedDistance } from '../../../plugins/declare.js';
import { distanceOf } from '../distances.js';
import type { PairSet } from './pair-set.js';

/** More distances around a rank than this are not held. */
const MOST_HELD = 2 ** 25;

/** Distances from `low` to `high`, which are held, and how many are between those below it and `low`. */
interface Window {
  low: number;
  high: number;
  skipped: number;
  count: number;
  held: Float64Array;
}

/** Ranges of distances, each of which holds those of a rank, and what is known of all pairs that were put among them. */
export class Windows {
  /** A window would have to hold too many. */
  isFull = false;
  private readonly windows: Window[] = [];

  constructor(
    private readonly set: PairSet,
    ranges: readonly DistanceRange[],
  ) {
    for (const { low, high } of ranges.toSorted((a, b) => a.low - b.low)) {
      const before = this.windows.at(-1);
      if (before && low <= before.high) before.high = Math.max(before.high, high);
      else this.windows.push({ low, high, skipped: 0, count: 0, held: new Float64Array(1024) });
    }
  }

  /** Pairs that are further apart need not be put here. */
  get limit(): number {
    return this.windows[this.windows.length - 1].high;
  }

  /** Puts a pair where it belongs, of which the distance is known but for an error: where that matters, it is computed. */
  put(row: number, other: number, roughly: number, error: number): void {
    let [distance, margin] = [roughly, error];
    for (let w = 0; w < this.windows.length; w++) {
      const window = this.windows[w];
      if (distance < window.low - margin) {
        window.skipped += 1;
        return;
      }
      if (distance > window.high + margin) continue;
      if (margin === 0) {
        this.isFull ||= !hold(window, distance);
        return;
      }
      distance = distanceOf('l2', this.set.vectors, row, this.set.vectors, other);
      margin = 0;
      // The exact distance may lie below the window, in it, or above.
      w -= 1;
    }
  }

  /** To be called when all pairs were put. */
  sort(): void {
    for (const window of this.windows) window.held = window.held.subarray(0, window.count).sort();
  }

  /** What a rank's window says of it; undefined where that holds too little. */
  at(rank: number): RankedDistance | undefined {
    let below = 0;
    for (const { skipped, count, held } of this.windows) {
      below += skipped;
      if (rank < below) return undefined;
      if (rank < below + count) {
        const value = held[rank - below];
        let [first, last] = [rank - below, rank - below];
        while (first > 0 && held[first - 1] === value) first -= 1;
        while (last + 1 < count && held[last + 1] === value) last += 1;
        if (first === 0 && below > 0) return undefined;
        return {
          value,
          less: below + first,
          atMost: below + last + 1,
          before: first > 0 ? held[first - 1] : null,
        };
      }
      below += count;
    }
    return undefined;
  }
}

function hold(window: Window, distance: number): boolean {
  if (window.count === MOST_HELD) return false;
  if (window.count === window.held.length) {
    const larger = new Float64Array(Math.min(MOST_HELD, 2 * window.count));
    larger.set(window.held);
    window.held = larger;
  }
  window.held[window.count++] = distance;
  return true;
}
