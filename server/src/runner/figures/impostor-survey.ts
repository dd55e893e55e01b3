import type { Moments, RankedDistance } from '../../plugins/declare.js';
import type { DistanceBins } from './histogram.js';

export type { Moments };

/** Distances of genuine pairs, those of one identity after those of another. */
export interface GenuineDistances {
  readonly distances: Float64Array;
  /** How many pairs each identity has, in that order; of none where it is not known whose each is. */
  readonly perIdentity: readonly number[];
  /** How many more there are of which an image has no embedding. */
  readonly left: number;
}

/** Distances of impostor pairs, which may be too many to hold: each walk gives all of them again, in any order. */
export interface ImpostorDistances {
  readonly count: number;
  /** All of them, after a walk, where they are few enough to be held and it is known whose each is. */
  readonly held?: HeldImpostors;
  /** Counts them without a walk, among ascending genuine distances; undefined as `countByWalks` is. */
  readonly counted?: (genuine: Float64Array, asked: AskedOfImpostors) => Promise<CountedImpostors | undefined>;
  walk(visit: (distances: Float64Array) => void): Promise<void>;
}

/** Distances of impostor pairs, each with the numbers of its two identities. */
export interface HeldImpostors {
  readonly distances: Float64Array;
  readonly first: Int32Array;
  readonly second: Int32Array;
}

/** How impostor distances lie among the genuine ones. */
export interface Gaps {
  /** How many have exactly n genuine distances below them and equal none. */
  readonly between: Float64Array;
  /** How many equal the genuine distance n, which is the first of its value. */
  readonly equal: Float64Array;
}

/** What is asked of impostor distances, beside how they lie among the genuine ones. */
export interface AskedOfImpostors {
  /** What the distances of both kinds are put into, where the impostor ones lie from `least` to `most`. */
  bins(least: number, most: number): DistanceBins;
  ranks(gaps: Gaps): readonly number[];
}

export interface CountedImpostors {
  readonly gaps: Gaps;
  readonly moments: Moments;
  /** The distances of the ranks. */
  readonly ranked: readonly RankedDistance[];
  /** How many are in each bin. */
  readonly binned: readonly number[];
}

/** Distances of one exponent, counted by the first bits of their mantissas. */
interface Page {
  readonly counts: Float64Array;
  /** For each bin the first genuine distance that is not below it, and one more behind the last. */
  readonly genuine: Int32Array;
}

const BIN_BITS = 16;
const BINS = 1 << BIN_BITS;
/** Of the upper word of a double, behind sign and exponent, what is no part of a bin. */
const BELOW_BIN = 20 - BIN_BITS;
/** More distances than this in one bin, a 65,536th of their size apart, are not held to be put in order. */
const LARGEST_BIN = 2 ** 25;

/** Undefined where so many distances lie so near to a rank that they cannot be put in order here. */
export async function countByWalks(
  impostors: ImpostorDistances,
  genuine: Float64Array,
  asked: AskedOfImpostors,
): Promise<CountedImpostors | undefined> {
  const survey = await ImpostorSurvey.of(impostors, genuine);
  const bins = asked.bins(...survey.range);
  const binned = bins.none();
  const ranked = await survey.ranked(asked.ranks(survey.gaps), (distances) => bins.count(distances, binned));
  return ranked && { gaps: survey.gaps, moments: survey.moments, ranked, binned };
}

/**
 * Counts impostor distances exactly in bounded memory, however many there are. A first walk counts them by the upper
 * bits of the double, which order as the numbers do, and by their place among the genuine distances; a second one
 * collects those in the few bins that hold a rank which is asked for.
 */
export class ImpostorSurvey {
  private readonly pages = new Map<number, Page>();
  readonly gaps: Gaps;
  private readonly sums = new MomentSums();
  private least = Number.POSITIVE_INFINITY;
  private most = Number.NEGATIVE_INFINITY;

  private constructor(
    private readonly impostors: ImpostorDistances,
    private readonly genuine: Float64Array,
  ) {
    this.gaps = { between: new Float64Array(genuine.length + 1), equal: new Float64Array(genuine.length) };
  }

  /** Walks all of them once. Genuine distances are ascending; distances are finite and not negative. */
  static async of(impostors: ImpostorDistances, genuine: Float64Array): Promise<ImpostorSurvey> {
    const survey = new ImpostorSurvey(impostors, genuine);
    await impostors.walk((distances) => survey.count(distances));
    if (survey.moments.count !== impostors.count) throw new Error('A walk gave other pairs than were announced');
    return survey;
  }

  get moments(): Moments {
    return this.sums;
  }

  get range(): readonly [least: number, most: number] {
    return [this.least, this.most];
  }

  private count(distances: Float64Array): void {
    const { between, equal } = this.gaps;
    const words = upperWords(distances);
    this.sums.add(distances);
    for (let n = 0; n < distances.length; n++) {
      const distance = distances[n]!;
      const { counts, genuine } = this.page(words[n]!);
      const bin = binOf(words[n]!);
      counts[bin]! += 1;
      if (distance < this.least) this.least = distance;
      if (distance > this.most) this.most = distance;
      const place = lowerBound(this.genuine, distance, genuine[bin]!, genuine[bin + 1]!);
      if (this.genuine[place] === distance) equal[place]! += 1;
      else between[place]! += 1;
    }
  }

  private page(word: number): Page {
    const exponent = word >>> 20;
    const known = this.pages.get(exponent);
    if (known) return known;
    const genuine = new Int32Array(BINS + 1);
    for (let bin = 0; bin <= BINS; bin++) {
      genuine[bin] = lowerBound(this.genuine, binStart(exponent, bin), bin === 0 ? 0 : genuine[bin - 1]);
    }
    const page = { counts: new Float64Array(BINS), genuine };
    this.pages.set(exponent, page);
    return page;
  }

  /**
   * The distances of some ranks, from 0 for the least, by a second walk in which `visit` sees all of them too.
   * Undefined where so many lie so near to one of them that they cannot be put in order here.
   */
  async ranked(
    ranks: readonly number[],
    visit: (distances: Float64Array) => void = () => undefined,
  ): Promise<RankedDistance[] | undefined> {
    const places = ranks.map((rank) => this.placeOf(rank));
    const wanted = new Map(
      places.flatMap(({ bin, before }) => [bin, ...(before ? [before] : [])]).map((b) => [b.key, b]),
    );
    if ([...wanted.values()].some(({ count }) => count > LARGEST_BIN)) return undefined;
    const collected = new Map([...wanted.values()].map(({ key, count }) => [key, new Collector(count)]));
    const last = Math.max(-1, ...collected.keys());
    await this.impostors.walk((distances) => {
      visit(distances);
      const words = upperWords(distances);
      for (let n = 0; n < distances.length; n++) {
        const key = words[n]! >>> BELOW_BIN;
        if (key <= last) collected.get(key)?.add(distances[n]!);
      }
    });
    for (const { values } of collected.values()) values.sort();
    return places.map(({ bin, before, below, rank }) => {
      const values = collected.get(bin.key)?.values as Float64Array;
      const value = values[rank - below]!;
      const less = lowerBound(values, value);
      const earlier = before && collected.get(before.key)?.values.at(-1);
      return {
        value,
        less: below + less,
        atMost: below + upperBound(values, value),
        before: (less > 0 ? values[less - 1] : earlier) ?? null,
      };
    });
  }

  /** The bin that holds a rank, how many lie in the bins below it, and the nearest of those that holds any. */
  private placeOf(rank: number) {
    let below = 0;
    let before: { key: number; count: number } | undefined;
    for (const bin of this.filledBins()) {
      if (below + bin.count > rank) return { rank, bin, below, before };
      below += bin.count;
      before = bin;
    }
    throw new Error(`There is no impostor distance of rank ${rank}`);
  }

  private *filledBins(): Generator<{ key: number; count: number }> {
    for (const [exponent, { counts }] of [...this.pages].sort(([a], [b]) => a - b)) {
      for (let bin = 0; bin < BINS; bin++) {
        if (counts[bin]! > 0) yield { key: exponent * BINS + bin, count: counts[bin]! };
      }
    }
  }
}

class Collector {
  readonly values: Float64Array;
  private filled = 0;

  constructor(count: number) {
    this.values = new Float64Array(count);
  }

  add(value: number): void {
    this.values[this.filled++] = value;
  }
}

/** Mean and variance of numbers that come in blocks (Chan, Golub and LeVeque, 1983). */
export class MomentSums implements Moments {
  count = 0;
  mean = 0;
  private squares = 0;

  get variance(): number {
    return this.squares / this.count;
  }

  add(values: Float64Array): this {
    if (values.length === 0) return this;
    let sum = 0;
    for (let n = 0; n < values.length; n++) sum += values[n]!;
    const mean = sum / values.length;
    let squares = 0;
    for (let n = 0; n < values.length; n++) squares += (values[n]! - mean) ** 2;
    const total = this.count + values.length;
    const apart = mean - this.mean;
    this.squares += squares + (apart ** 2 * this.count * values.length) / total;
    this.mean += (apart * values.length) / total;
    this.count = total;
    return this;
  }
}

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** The upper half of each double's bits. */
function upperWords(distances: Float64Array): Uint32Array {
  const halves = new Uint32Array(distances.buffer, distances.byteOffset, 2 * distances.length);
  const words = new Uint32Array(distances.length);
  for (let n = 0, at = LITTLE_ENDIAN ? 1 : 0; n < words.length; n++, at += 2) words[n] = halves[at]!;
  return words;
}

function binOf(word: number): number {
  return (word >>> BELOW_BIN) & (BINS - 1);
}

const BITS = new DataView(new ArrayBuffer(8));

/** The least number of a bin. */
function binStart(exponent: number, bin: number): number {
  BITS.setUint32(0, (exponent << 20) + bin * 2 ** BELOW_BIN);
  return BITS.getFloat64(0);
}

/** How many of ascending values, from `from` up to `to`, are less; those before `from` are. */
export function lowerBound(values: Float64Array, limit: number, from = 0, to = values.length): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of ascending values are not greater. */
export function upperBound(values: Float64Array, limit: number, from = 0, to = values.length): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
