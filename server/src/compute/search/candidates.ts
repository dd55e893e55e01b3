import { BLOCK, GROUP } from './block-graph.js';
import type { Scores } from './scoring.js';

/**
 * For each query the gallery rows with the highest scores seen so far, best first. A row that is left out has a
 * score no higher than the last that is kept, which is what the certificate of exactness builds on.
 */
export class Candidates {
  readonly rows: Int32Array;
  readonly scores: Float64Array;
  readonly counts: Int32Array;

  constructor(
    queries: number,
    /** How many are kept of each query. */
    readonly width: number,
    /** A row that a query must not find, or -1. */
    private readonly exclude?: Int32Array,
  ) {
    this.rows = new Int32Array(queries * width).fill(-1);
    this.scores = new Float64Array(queries * width).fill(Number.NEGATIVE_INFINITY);
    this.counts = new Int32Array(queries);
  }

  /** The score that a row must exceed to be kept: that of the last, or anything while there is room. */
  threshold(query: number): number {
    return this.scores[(query + 1) * this.width - 1];
  }

  isFull(query: number): boolean {
    return this.counts[query] === this.width;
  }

  offer(query: number, row: number, score: number): void {
    if (this.exclude?.[query] === row) return;
    const first = query * this.width;
    let at = first + Math.min(this.counts[query], this.width - 1);
    if (this.counts[query] < this.width) this.counts[query]++;
    while (at > first && this.scores[at - 1] < score) {
      this.scores[at] = this.scores[at - 1];
      this.rows[at] = this.rows[at - 1];
      at--;
    }
    this.scores[at] = score;
    this.rows[at] = row;
  }
}

/** One side of a block of scores: where the scores of query `n` lie, and which rows they are of. */
export interface BlockSide {
  readonly dot: Scores;
  /** The largest score of each group; a query's groups are `groupStep` apart. */
  readonly best: Scores;
  /** What is added to the dot product of each row. */
  readonly bias: Scores;
  readonly firstQuery: number;
  readonly queries: number;
  readonly firstRow: number;
  /** How many rows are vectors; those beyond fill up the block. */
  readonly rows: number;
  /** Whether queries run along the rows of `dot` or along its columns. */
  readonly along: 'rows' | 'columns';
}

/** Offers what a block of scores holds: only groups whose largest score is above a query's threshold are looked into. */
export function offerBlock(candidates: Candidates, side: BlockSide): void {
  const { best, firstQuery, queries, along } = side;
  const groups = Math.ceil(side.rows / GROUP);
  const [queryStep, groupStep] = along === 'rows' ? [BLOCK / GROUP, 1] : [1, BLOCK];
  for (let n = 0; n < queries; n++) {
    let threshold = candidates.threshold(firstQuery + n);
    for (let group = 0, at = n * queryStep; group < groups; group++, at += groupStep) {
      if (best[at] > threshold) threshold = offerGroup(candidates, side, n, group);
    }
  }
}

/** Gives back the query's threshold as it is after the group. */
function offerGroup(
  candidates: Candidates,
  { dot, bias, along, ...side }: BlockSide,
  n: number,
  group: number,
): number {
  const query = side.firstQuery + n;
  const [start, step] = along === 'rows' ? [n * BLOCK, 1] : [n, BLOCK];
  let threshold = candidates.threshold(query);
  for (let row = group * GROUP, end = Math.min(row + GROUP, side.rows); row < end; row++) {
    const score = dot[start + row * step] + bias[row];
    if (score <= threshold) continue;
    candidates.offer(query, side.firstRow + row, score);
    threshold = candidates.threshold(query);
  }
  return threshold;
}
