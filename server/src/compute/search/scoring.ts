import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Matrix } from '../../plugins/declare.js';
import { openSession } from '../session.js';
import { blockGraph, type ScoreType } from './block-graph.js';

export type Scores = Float32Array | Int32Array;

/** Consecutive vectors, as queries or as gallery rows. */
export interface Block {
  readonly first: number;
  /** How many vectors there are; those that only fill up a block of rows are not counted. */
  readonly count: number;
  readonly vectors: Tensor;
  /** What is added to the dot product with each of them. */
  readonly bias: Scores;
}

/** Queries and gallery in the numbers that a scoring computes with. A score is a dot product plus the row's bias. */
export interface ScoredSearch {
  readonly queryBlocks: number;
  readonly rowBlocks: number;
  queriesAt(n: number): Block;
  rowsAt(n: number): Block;
  /** The least order that a row can have whose score for the query is at most this (certify.ts). */
  leastOrder(query: number, score: number): number;
}

/** A way to score the gallery, and how many candidates it takes to settle most queries. */
export interface Scoring {
  readonly graphs: BlockGraphs;
  readonly margin: number;
  /** `twoSided` where the queries are the gallery, and are scored as its rows too. */
  prepare(queries: Matrix, twoSided: boolean): ScoredSearch;
}

/** The graph of blocks in one type of score, one-sided and two-sided. */
export class BlockGraphs {
  private constructor(
    readonly type: ScoreType,
    readonly oneSided: InferenceSession,
    readonly twoSided: InferenceSession,
  ) {}

  static async open(type: ScoreType, dimension: number, threads: number): Promise<BlockGraphs> {
    const open = (twoSided: boolean) => openSession(blockGraph(type, dimension, twoSided), { threads });
    return new BlockGraphs(type, await open(false), await open(true));
  }

  async close(): Promise<void> {
    await this.oneSided.release();
    await this.twoSided.release();
  }
}
