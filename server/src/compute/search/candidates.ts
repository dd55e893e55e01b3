/** What a score may be too high by, for its own size: a sieved one is, by a step of its byte (byte-scorer.ts). */
const PRECISION = 1 / 127;
/** A query has room for so many times the candidates that it is to keep, so that room is seldom to be made. */
const ROOM = 1.25;

export interface CandidatesOptions {
  readonly k: number;
  /** How many are kept of each query, `k` or more. */
  readonly width: number;
  /** For each query, how much lower than the k-th best a score may be to be kept; without it, any. */
  readonly slack?: Float64Array;
  /** A row that a query must not find, or -1. */
  readonly exclude?: Int32Array;
}

/**
 * For each query the gallery rows with the highest scores seen so far, in no order. A row that is left out has a
 * score no higher than the query's threshold, which is what the certificate of exactness builds on.
 */
export class Candidates {
  /** [queries, `room`]. */
  readonly rows: Int32Array;
  readonly scores: Float64Array;
  readonly counts: Int32Array;
  /** The score that a row must exceed to be kept: minus infinity while none was left out. */
  readonly thresholds: Float64Array;
  readonly room: number;
  /** The highest scores of each query, best first: as many as decide about its threshold. */
  private readonly best: Float64Array;
  private readonly bestCount: number;

  constructor(
    queries: number,
    private readonly options: CandidatesOptions,
  ) {
    const { k, width, slack } = options;
    this.room = Math.ceil(ROOM * width);
    this.bestCount = slack ? k : width;
    this.rows = new Int32Array(new SharedArrayBuffer(4 * queries * this.room));
    this.scores = new Float64Array(new SharedArrayBuffer(8 * queries * this.room));
    this.counts = new Int32Array(new SharedArrayBuffer(4 * queries));
    this.thresholds = new Float64Array(new SharedArrayBuffer(8 * queries)).fill(Number.NEGATIVE_INFINITY);
    this.best = new Float64Array(new SharedArrayBuffer(8 * queries * this.bestCount)).fill(Number.NEGATIVE_INFINITY);
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
      const first = query * others.room;
      for (let at = first; at < first + count; at++) this.offer(query, others.rows[at], others.scores[at]);
      this.leaveOut(query, others.thresholds[query]);
    }
  }

  /** Keeps the row if its score, which is this at most, is above the query's threshold. */
  offer(query: number, row: number, score: number): void {
    if (score <= this.thresholds[query] || this.options.exclude?.[query] === row) return;
    this.raise(query, score);
    // What raised the threshold may be no higher than it is now: it is kept, and left out when room is made.
    if (this.counts[query] === this.room) this.makeRoom(query);
    const at = query * this.room + this.counts[query]++;
    this.rows[at] = row;
    this.scores[at] = score;
  }

  /** Rows with a score of at most this are none of the query's candidates from now on. */
  leaveOut(query: number, score: number): void {
    if (score > this.thresholds[query]) this.thresholds[query] = score;
  }

  /** The k-th best score of a query; minus infinity where it has fewer candidates. */
  kthScore(query: number): number {
    return this.best[query * this.bestCount + this.options.k - 1];
  }

  /** Takes a score among the best, if it is one, and the threshold that they make. */
  private raise(query: number, score: number): void {
    const { best, bestCount } = this;
    const first = query * bestCount;
    let at = first + bestCount - 1;
    if (score <= best[at]) return;
    while (at > first && best[at - 1] < score) {
      best[at] = best[at - 1];
      at--;
    }
    best[at] = score;
    const last = best[first + bestCount - 1];
    if (last === Number.NEGATIVE_INFINITY) return;
    const { slack } = this.options;
    this.leaveOut(query, slack ? last - Math.abs(last) * PRECISION - slack[query] : last);
  }

  /** Drops what is below the threshold, and of what is left all but the best where they are still too many. */
  private makeRoom(query: number): void {
    const { rows, scores, thresholds, room } = this;
    const { width } = this.options;
    const first = query * room;
    let end = first;
    for (let at = first; at < first + room; at++) {
      if (scores[at] < thresholds[query]) continue;
      rows[end] = rows[at];
      scores[end++] = scores[at];
    }
    if (end - first > width) {
      const order = Array.from({ length: end - first }, (_, n) => first + n).sort((a, b) => scores[b] - scores[a]);
      const kept = order.slice(0, width);
      const [keptRows, keptScores] = [kept.map((at) => rows[at]), kept.map((at) => scores[at])];
      this.leaveOut(query, scores[order[width]]);
      rows.set(keptRows, first);
      scores.set(keptScores, first);
      end = first + width;
    }
    this.counts[query] = end - first;
  }
}
