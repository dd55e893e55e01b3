/** Random weights by name: the same name gives the same numbers, to a graph and to what the graph is held against. */
export class RandomWeights {
  private readonly drawn = new Map<string, Float32Array>();

  /** All that were drawn so far. */
  entries(): Iterable<[string, Float32Array]> {
    return this.drawn.entries();
  }

  constructor(private readonly seed: number) {}

  /** `count` numbers around `centre`, at most `spread` away from it. */
  of(name: string, count: number, spread: number, centre = 0): Float32Array {
    const known = this.drawn.get(name);
    if (known) return known;
    const values = new Float32Array(count);
    let state = [...name].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), this.seed) | 1;
    for (let n = 0; n < count; n++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      values[n] = centre + (spread * state) / 2 ** 31;
    }
    this.drawn.set(name, values);
    return values;
  }
}
