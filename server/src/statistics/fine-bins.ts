/** How many values lie from an edge to below the next, of the bins that hold any, ascending. */
export interface FineHistogram {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly counts: readonly number[];
}

const BITS = 10;
const OCTAVES = 64;
const BINS = OCTAVES << BITS;
/** The first bin holds what is below 2 ** -40, the last what is from 2 ** 24 on. */
const FIRST = (1023 - 40) << BITS;

/**
 * Counts values that are not negative in bins of a thousandth of their size, whatever that is: by the upper bits of the
 * double, so that no value is counted on the wrong side of an edge.
 */
export class FineBins {
  private readonly counts = new Float64Array(BINS);
  private readonly number = new Float64Array(1);
  private readonly words = new Uint32Array(this.number.buffer);

  add(value: number): void {
    this.number[0] = value;
    const bin = (this.words[1]! >>> (20 - BITS)) - FIRST;
    this.counts[bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin]! += 1;
  }

  histogram(): FineHistogram {
    const bins = [...this.counts.keys()].filter((bin) => this.counts[bin]! > 0);
    return {
      from: bins.map((bin) => (bin === 0 ? 0 : this.edge(bin))),
      to: bins.map((bin) => (bin === BINS - 1 ? Number.MAX_VALUE : this.edge(bin + 1))),
      counts: bins.map((bin) => this.counts[bin]!),
    };
  }

  private edge(bin: number): number {
    this.words[0] = 0;
    this.words[1] = (bin + FIRST) << (20 - BITS);
    return this.number[0]!;
  }
}
