/** What a score may be too high by, for its own size: a sieved one is, by a step of its byte (byte-scorer.ts). */
const PRECISION = 1 / 127;

export interface CandidatesOptions {
  readonly k: number;
  /** How many are kept of each query. */
  readonly width: number;
  /** For each query, how much lower than the k-th best a score may be to be kept; without it, any. */
  readonly slack?: Float64Array;
  /** A row that a query must not find, or -1. */
  readonly exclude?: Int32Array;
}

/**
 * For each query the gallery rows with the highest scores seen so far, best first. A row that is left out has a
 * score no higher than the query's threshold, which is what the certificate of exactness builds on.
 */
export class Candidates {
  readonly rows: Int32Array;
  readonly scores: Float64Array;
  readonly counts: Int32Array;
  /** The score that a row must exceed to be kept: minus infinity while none was left out. */
  readonly thresholds: Float64Array;
  readonly width: number;

  constructor(
    queries: number,
    private readonly options: CandidatesOptions,
  ) {
    this.width = options.width;
    const kept = queries * this.width;
    this.rows = new Int32Array(new SharedArrayBuffer(4 * kept)).fill(-1);
    this.scores = new Float64Array(new SharedArrayBuffer(8 * kept)).fill(Number.NEGATIVE_INFINITY);
    this.counts = new Int32Array(new SharedArrayBuffer(4 * queries));
    this.thresholds = new Float64Array(new SharedArrayBuffer(8 * queries)).fill(Number.NEGATIVE_INFINITY);
  }

  /** What another thread was sent of them, which it shares: of one query only one thread offers rows at a time. */
  static revive(sent: Candidates): Candidates {
    return Object.assign(Object.create(Candidates.prototype), sent);
  }

  /** None yet, for the same queries. */
  alike(): Candidates {
    return new Candidates(this.counts.length, this.options);
  }

  /** Takes over what was kept of other rows. */
  takeOver(others: Candidates): void {
    for (const [query, count] of others.counts.entries()) {
      const first = query * others.width;
      for (let at = first; at < first + count; at++) this.offer(query, others.rows[at], others.scores[at]);
      this.leaveOut(query, others.thresholds[query]);
    }
  }

  /** Keeps the row if its score, which is this at most, is above the query's threshold. */
  offer(query: number, row: number, score: number): void {
    const { k, exclude, slack } = this.options;
    if (score <= this.thresholds[query] || exclude?.[query] === row) return;
    const { rows, scores, width } = this;
    const first = query * width;
    const last = first + width - 1;
    const count = this.counts[query];
    let at = first + count;
    if (count < width) this.counts[query] = count + 1;
    else at = last;
    while (at > first && scores[at - 1] < score) {
      scores[at] = scores[at - 1];
      rows[at] = rows[at - 1];
      at--;
    }
    scores[at] = score;
    rows[at] = row;
    if (count >= width - 1) this.leaveOut(query, scores[last]);
    if (slack && count >= k - 1) {
      const kth = scores[first + k - 1];
      this.leaveOut(query, kth - Math.abs(kth) * PRECISION - slack[query]);
    }
  }

  /** Rows with a score of at most this are none of the query's candidates from now on. */
  leaveOut(query: number, score: number): void {
    if (score > this.thresholds[query]) this.thresholds[query] = score;
  }
}
