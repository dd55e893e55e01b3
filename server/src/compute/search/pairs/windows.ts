import type { DistanceRange, RankedDistance } from '../../../plugins/declare.js';
import { distanceOf } from '../distances.js';
import type { PairSet } from './pair-set.js';

/** More pairs around a rank than this are not held: 12 bytes each. */
const MOST_HELD = 2 ** 25;

/** What a rough distance may be off by. */
export interface Margins {
  /** For its own size. */
  readonly relative: number;
  /** Beside that. */
  readonly absolute: number;
}

/** Distances from `low` to `high`, whose pairs are held, and how many are between those below it and `low`. */
interface Window {
  low: number;
  high: number;
  skipped: number;
  readonly pairs: HeldPairs;
}

/**
 * Ranges of distances, each of which holds the pairs around a rank, and what is known of all pairs that were put among
 * them. Distances are known but for an error; they are computed in double precision at the ends of ranges, to be put on
 * the right side, and around a rank.
 */
export class Windows {
  /** A window would have to hold too many. */
  isFull = false;
  private readonly windows: Window[] = [];

  constructor(
    private readonly set: PairSet,
    ranges: readonly DistanceRange[],
    private readonly margins: Margins,
  ) {
    for (const { low, high } of ranges.toSorted((a, b) => a.low - b.low)) {
      const before = this.windows.at(-1);
      if (before && low <= before.high) before.high = Math.max(before.high, high);
      else this.windows.push({ low, high, skipped: 0, pairs: new HeldPairs() });
    }
  }

  /** Pairs that are further apart need not be put here. */
  get limit(): number {
    return this.windows[this.windows.length - 1].high;
  }

  /** The windows, ascending and apart from one another. */
  get ranges(): readonly DistanceRange[] {
    return this.windows.map(({ low, high }) => ({ low, high }));
  }

  /** Counts pairs that are surely nearer than the nth window, and further than the one before. */
  skip(n: number, count: number): void {
    const window = this.windows[n];
    if (window) window.skipped += count;
  }

  put(row: number, other: number, roughly: number): void {
    const margin = this.margins.relative * roughly + this.margins.absolute;
    for (const window of this.windows) {
      if (roughly > window.high + margin) continue;
      if (roughly < window.low - margin) window.skipped += 1;
      else if (roughly >= window.low + margin && roughly <= window.high - margin)
        this.hold(window, row, other, roughly);
      else this.putExactly(row, other, roughly);
      return;
    }
  }

  /** A pair at an end of a window, which is held as roughly as the others. */
  private putExactly(row: number, other: number, roughly: number): void {
    const distance = distanceOf('l2', this.set.vectors, row, this.set.vectors, other);
    const window = this.windows.find(({ high }) => distance <= high);
    if (!window) return;
    if (distance < window.low) window.skipped += 1;
    else this.hold(window, row, other, roughly);
  }

  private hold({ pairs }: Window, row: number, other: number, roughly: number): void {
    if (pairs.count === MOST_HELD) this.isFull = true;
    else pairs.add(row, other, roughly);
  }

  /** What the window of a rank says of it, when all pairs were put; undefined where that holds too little. */
  at(rank: number): RankedDistance | undefined {
    let below = 0;
    for (const { skipped, pairs } of this.windows) {
      below += skipped;
      if (rank < below) return undefined;
      if (rank < below + pairs.count) return this.rankIn(pairs, rank - below, below);
      below += pairs.count;
    }
    return undefined;
  }

  /**
   * In their rough order the distance at a place is off by no more than it could be itself. So whatever lies much further
   * from it is on its side of the exact one, and of the others the exact distances are put in order.
   */
  private rankIn(pairs: HeldPairs, place: number, below: number): RankedDistance | undefined {
    const sorted = pairs.sorted();
    const roughly = sorted[place];
    const error = this.margins.relative * roughly + this.margins.absolute;
    for (let margin = 4 * error; ; margin *= 16) {
      const from = countBelow(sorted, roughly - margin);
      const exact = this.exactly(pairs, roughly - margin, roughly + margin);
      const value = exact[place - from];
      const [first, last] = [exact.indexOf(value), exact.lastIndexOf(value)];
      // The one before may be among those that were left out.
      if (from > 0 && (first === 0 || exact[first - 1] < roughly - margin + 2 * error)) continue;
      if (first === 0 && below > 0) return undefined;
      return {
        value,
        less: below + from + first,
        atMost: below + from + last + 1,
        before: first > 0 ? exact[first - 1] : null,
      };
    }
  }

  /** The exact distances, ascending, of the pairs that are roughly from `low` to `high`: ranks that tie ask for the same. */
  private exactly(pairs: HeldPairs, low: number, high: number): Float64Array {
    const { last } = pairs;
    if (last?.low === low && last.high === high) return last.exact;
    const { vectors } = this.set;
    const near = pairs.within(low, high);
    const exact = Float64Array.from(near, (n) => distanceOf('l2', vectors, pairs.rows[n], vectors, pairs.others[n]));
    pairs.last = { low, high, exact: exact.sort() };
    return exact;
  }
}

/** Pairs with their rough distances, in float32. */
class HeldPairs {
  count = 0;
  rows = new Int32Array(1024);
  others = new Int32Array(1024);
  /** What was last computed of them. */
  last: { readonly low: number; readonly high: number; readonly exact: Float64Array } | undefined;
  private roughly = new Float32Array(1024);
  private inOrder: Float32Array | undefined;

  add(row: number, other: number, roughly: number): void {
    if (this.count === this.rows.length) this.grow();
    this.rows[this.count] = row;
    this.others[this.count] = other;
    this.roughly[this.count++] = roughly;
  }

  private grow(): void {
    const length = Math.min(MOST_HELD, 2 * this.count);
    const [rows, others, roughly] = [new Int32Array(length), new Int32Array(length), new Float32Array(length)];
    rows.set(this.rows);
    others.set(this.others);
    roughly.set(this.roughly);
    [this.rows, this.others, this.roughly] = [rows, others, roughly];
  }

  sorted(): Float32Array {
    this.inOrder ??= this.roughly.slice(0, this.count).sort();
    return this.inOrder;
  }

  /** The numbers of the pairs that are roughly from `low` to `high`. */
  within(low: number, high: number): number[] {
    const numbers: number[] = [];
    for (let n = 0; n < this.count; n++) if (this.roughly[n] >= low && this.roughly[n] <= high) numbers.push(n);
    return numbers;
  }
}

/** How many of ascending values are less. */
function countBelow(values: Float32Array, limit: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
