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
  /** The score that a row must exceed to be kept: that of the query's last, or anything while there is room. */
  readonly thresholds: Float64Array;

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
    this.thresholds = new Float64Array(queries).fill(Number.NEGATIVE_INFINITY);
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
    this.thresholds[query] = this.scores[first + this.width - 1];
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
  if (side.along === 'rows') offerAlongRows(candidates, side);
  else offerAlongColumns(candidates, side);
}

/** `best` is [queries, groups], and read in its order. */
function offerAlongRows(candidates: Candidates, side: BlockSide): void {
  const { best, firstQuery, queries } = side;
  const groups = Math.ceil(side.rows / GROUP);
  for (let n = 0; n < queries; n++) {
    const first = (n * BLOCK) / GROUP;
    for (let group = 0; group < groups; group++) {
      if (best[first + group] > candidates.thresholds[firstQuery + n]) offerGroup(candidates, side, n, group);
    }
  }
}

/** `best` is [groups, queries], and read in its order. */
function offerAlongColumns(candidates: Candidates, side: BlockSide): void {
  const { best, firstQuery, queries } = side;
  const groups = Math.ceil(side.rows / GROUP);
  for (let group = 0; group < groups; group++) {
    const first = group * BLOCK;
    for (let n = 0; n < queries; n++) {
      if (best[first + n] > candidates.thresholds[firstQuery + n]) offerGroup(candidates, side, n, group);
    }
  }
}

function offerGroup(candidates: Candidates, side: BlockSide, n: number, group: number): void {
  const { dot, bias } = side;
  const query = side.firstQuery + n;
  const byRow = side.along === 'rows';
  const start = byRow ? n * BLOCK : n;
  const step = byRow ? 1 : BLOCK;
  for (let row = group * GROUP, end = Math.min(row + GROUP, side.rows); row < end; row++) {
    const score = dot[start + row * step] + bias[row];
    if (score > candidates.thresholds[query]) candidates.offer(query, side.firstRow + row, score);
  }
}
