import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Matrix, Metric, Neighbours, SearchIndex, SearchOptions, WorkContext } from '../../plugins/declare.js';
import { selectRows } from '../../plugins/matrix.js';
import { openSession } from '../session.js';
import { BLOCK, blockGraph, GROUP } from './block-graph.js';
import { Candidates, offerBlock } from './candidates.js';
import { Certifier } from './certify.js';
import { type VectorBlock, VectorBlocks } from './vector-blocks.js';

/** So many candidates more than asked for are kept at first; queries that they do not settle are searched again. */
const MARGIN = 8;
/** How much wider each further search is, and from where on every row is looked at in double precision. */
const WIDEN = 8;
const WIDEST = 1024;

interface Search extends WorkContext {
  readonly k: number;
  readonly exclude?: Int32Array;
}

/**
 * Exact nearest neighbours: scores in float32 by blocks of matrix products, the few best of each query ranked in
 * double precision, and a proof for each query that no other row belongs to them (certify.ts). The result is that
 * of a plain double-precision search, ties to the lowest row. Memory beyond the vectors is some blocks.
 */
export class ExactSearch implements SearchIndex {
  private constructor(
    private readonly gallery: Matrix,
    private readonly blocks: VectorBlocks,
    private readonly metric: Metric,
    private readonly oneSided: InferenceSession,
    private readonly twoSided: InferenceSession,
    /** False searches the whole matrix of a set against itself: there to measure what half of it is worth. */
    private readonly useSymmetry: boolean,
  ) {}

  static async open(gallery: Matrix, metric: Metric, threads: number, useSymmetry = true): Promise<ExactSearch> {
    const open = (twoSided: boolean) => openSession(blockGraph(gallery.dimension, twoSided), { threads });
    const blocks = new VectorBlocks(gallery, metric);
    return new ExactSearch(gallery, blocks, metric, await open(false), await open(true), useSymmetry);
  }

  async search(queries: Matrix, options: SearchOptions): Promise<Neighbours> {
    const { k } = options;
    const found = { k, ids: new Int32Array(queries.rows * k), distances: new Float32Array(queries.rows * k) };
    if (k === 0 || queries.rows === 0) return found;
    const certifier = new Certifier(this.gallery, queries, this.metric, k);
    let open = Array.from({ length: queries.rows }, (_, query) => query);
    for (let width = k + MARGIN; open.length > 0 && width <= WIDEST; width *= WIDEN) {
      open = await this.attempt(queries, open, width, certifier, options, found);
    }
    for (const query of open) {
      options.signal.throwIfAborted();
      certifier.scan(query, options.exclude?.[query] ?? -1, found);
    }
    return found;
  }

  async close(): Promise<void> {
    await this.oneSided.release();
    await this.twoSided.release();
  }

  /** Searches for the open queries with `width` candidates each, and gives back those that are still open. */
  private async attempt(
    queries: Matrix,
    open: readonly number[],
    width: number,
    certifier: Certifier,
    options: Search,
    found: Neighbours,
  ): Promise<number[]> {
    const all = open.length === queries.rows;
    const exclude =
      options.exclude && (all ? options.exclude : Int32Array.from(open, (q) => options.exclude?.[q] ?? -1));
    const candidates = new Candidates(open.length, width, exclude);
    if (all && this.useSymmetry && queries.data === this.gallery.data)
      await this.scoreAgainstItself(candidates, options);
    else await this.score(all ? queries : selectRows(queries, open), candidates, options);
    return open.filter((query, at) => !certifier.settle(query, candidates, at, found));
  }

  private async score(queries: Matrix, candidates: Candidates, { signal, progress }: Search): Promise<void> {
    const queryBlocks = new VectorBlocks(queries, this.metric);
    const block = new BlockRun(this.oneSided, false);
    for (let i = 0; i < queryBlocks.count; i++) {
      for (let j = 0; j < this.blocks.count; j++) {
        signal.throwIfAborted();
        await block.run(queryBlocks.at(i), this.blocks.at(j));
        block.offerRows(candidates, queryBlocks.at(i), this.blocks.at(j));
      }
      progress(Math.min(queries.rows, (i + 1) * BLOCK), queries.rows);
    }
  }

  /** The matrix of a set against itself is symmetric: each pair of blocks is computed once and read from both sides. */
  private async scoreAgainstItself(candidates: Candidates, { signal, progress }: Search): Promise<void> {
    const { count } = this.blocks;
    const diagonal = new BlockRun(this.oneSided, false);
    const pair = new BlockRun(this.twoSided, true);
    const pairs = (count * (count + 1)) / 2;
    let done = 0;
    for (let i = 0; i < count; i++) {
      for (let j = i; j < count; j++) {
        signal.throwIfAborted();
        const block = i === j ? diagonal : pair;
        await block.run(this.blocks.at(i), this.blocks.at(j));
        block.offerRows(candidates, this.blocks.at(i), this.blocks.at(j));
        if (i !== j) block.offerColumns(candidates, this.blocks.at(i), this.blocks.at(j));
        progress(Math.round((++done / pairs) * this.gallery.rows), this.gallery.rows);
      }
    }
  }
}

/** One session with output buffers that every block is computed into. */
class BlockRun {
  private readonly dot = new Float32Array(BLOCK * BLOCK);
  private readonly rowBest = new Float32Array((BLOCK * BLOCK) / GROUP);
  private readonly columnBest = new Float32Array((BLOCK * BLOCK) / GROUP);
  private readonly outputs: Record<string, Tensor>;

  constructor(
    private readonly session: InferenceSession,
    private readonly twoSided: boolean,
  ) {
    this.outputs = {
      dot: new Tensor('float32', this.dot, [BLOCK, BLOCK]),
      row_best: new Tensor('float32', this.rowBest, [BLOCK, BLOCK / GROUP]),
    };
    if (twoSided) this.outputs.column_best = new Tensor('float32', this.columnBest, [BLOCK / GROUP, BLOCK]);
  }

  async run(queries: VectorBlock, rows: VectorBlock): Promise<void> {
    const inputs = { queries: queries.vectors, rows: rows.vectors, row_bias: rows.rowBias };
    await this.session.run(this.twoSided ? { ...inputs, query_bias: queries.columnBias } : inputs, this.outputs);
  }

  offerRows(candidates: Candidates, queries: VectorBlock, rows: VectorBlock): void {
    offerBlock(candidates, {
      dot: this.dot,
      best: this.rowBest,
      bias: rows.bias,
      firstQuery: queries.first,
      queries: queries.count,
      firstRow: rows.first,
      rows: rows.count,
      along: 'rows',
    });
  }

  /** The gallery rows as queries, which the block's queries are the rows of. */
  offerColumns(candidates: Candidates, queries: VectorBlock, rows: VectorBlock): void {
    offerBlock(candidates, {
      dot: this.dot,
      best: this.columnBest,
      bias: queries.bias,
      firstQuery: rows.first,
      queries: rows.count,
      firstRow: queries.first,
      rows: queries.count,
      along: 'columns',
    });
  }
}
