import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A source of random numbers that gives the same ones on every machine for the same seed. */
export class Random {
  private readonly generator: ReturnType<typeof xoroshiro128plus>;

  /** Different words after the seed give unrelated sequences: `new Random(7, 'identity', 3)`. */
  constructor(seed: number, ...words: (string | number)[]) {
    const digest = createHash('sha256')
      .update(JSON.stringify([seed, ...words]))
      .digest();
    this.generator = xoroshiro128plus(digest.readInt32LE(0));
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * uniformFloat64(this.generator);
  }

  /** Normal, cut off at two standard deviations: no identity is a monster. */
  around(mean: number, deviation: number): number {
    for (;;) {
      const z = Math.sqrt(-2 * Math.log(1 - this.between(0, 1))) * Math.cos(2 * Math.PI * this.between(0, 1));
      if (Math.abs(z) <= 2) return mean + z * deviation;
    }
  }

  chance(probability: number): boolean {
    return this.between(0, 1) < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.between(0, choices.length))];
  }
}
