import type { Matrix, Metric, Neighbours, SearchIndex, SearchOptions, VectorSource } from '../../plugins/declare.js';
import { rowsBetween, selectRows, wholeOf } from '../../plugins/matrix.js';
import { BLOCK } from './block-graph.js';
import { ByteScoring, LONGEST_IN_BYTES } from './bytes/byte-scoring.js';
import { Candidates } from './candidates.js';
import { Certifier, type Found } from './certify.js';
import { FloatScoring } from './float-scoring.js';
import type { Scoring } from './scoring.js';

/** How much wider each further search is, and from where on every row is looked at in double precision. */
const WIDEN = 8;
const WIDEST = 1024;
/** So many candidates are kept at once, but of a set that is searched for itself. */
const MOST_KEPT = 2 ** 22;
/** So many queries are searched for at once: what is kept of each while it is, is a multiple of a vector in bytes. */
const AT_ONCE = 16 * BLOCK;

export interface ExactSearchOptions {
  readonly threads: number;
  /** False searches the whole matrix of a set against itself: there to measure what half of it is worth. */
  readonly useSymmetry?: boolean;
  /** False scores in float32 alone: there to measure what bytes are worth. */
  readonly useBytes?: boolean;
}

/** One search while it goes on. */
interface Task {
  readonly queries: Matrix;
  /** The queries are the gallery. */
  readonly itself: boolean;
  readonly options: SearchOptions;
  readonly certifier: Certifier;
  readonly found: Found;
}

/**
 * Exact nearest neighbours: scores by blocks of matrix products, the few best of each query ranked in double
 * precision, and a proof for each query that no other row belongs to them (certify.ts). Scores are of vectors in bytes
 * first, and in float32 for the queries that those do not settle. The result is that of a plain double-precision
 * search, ties to the lowest row. The vectors are held once, in float32 for the proofs and in bytes for the scores;
 * queries are read by blocks, unless they are the gallery, of whose scores half are enough.
 */
export class ExactSearch implements SearchIndex {
  private constructor(
    private readonly source: VectorSource,
    private readonly gallery: Matrix,
    private readonly metric: Metric,
    private readonly floats: Scoring,
    private readonly bytes: Scoring | undefined,
    private readonly useSymmetry: boolean,
  ) {}

  static async open(source: VectorSource, metric: Metric, options: ExactSearchOptions): Promise<ExactSearch> {
    const { threads, useSymmetry = true, useBytes = source.dimension <= LONGEST_IN_BYTES } = options;
    const gallery = await wholeOf(source);
    const floats = await FloatScoring.open(gallery, metric, threads);
    const bytes = useBytes ? await ByteScoring.open(gallery, metric, threads) : undefined;
    return new ExactSearch(source, gallery, metric, floats, bytes, useSymmetry);
  }

  async search(queries: VectorSource, options: SearchOptions): Promise<Neighbours> {
    const { k, orders } = options;
    const neighbours = { k, ids: new Int32Array(queries.rows * k), distances: new Float32Array(queries.rows * k) };
    const found = { ...neighbours, orders };
    if (k === 0 || queries.rows === 0) return neighbours;
    if (queries === this.source) {
      await this.searchFor(this.gallery, this.useSymmetry, options, found);
      return neighbours;
    }
    for await (const block of queries.blocks()) {
      for (let start = 0; start < block.rows; start += AT_ONCE) {
        const part = rowsBetween(block, start, Math.min(block.rows, start + AT_ONCE));
        const first = block.first + start;
        await this.searchFor(part, false, partOf(options, first, part.rows, queries.rows), {
          k,
          ids: found.ids.subarray(first * k, (first + part.rows) * k),
          distances: found.distances.subarray(first * k, (first + part.rows) * k),
          orders: orders?.subarray(first * k, (first + part.rows) * k),
        });
      }
    }
    return neighbours;
  }

  private async searchFor(queries: Matrix, itself: boolean, options: SearchOptions, found: Found): Promise<void> {
    const { k } = options;
    const task = { queries, itself, options, found, certifier: new Certifier(this.gallery, queries, this.metric, k) };
    const all = Array.from({ length: queries.rows }, (_, query) => query);
    let open = this.bytes ? await this.searchInBytes(task, this.bytes, all) : all;
    for (let width = this.floats.widthFor(k); open.length > 0 && width <= WIDEST; width *= WIDEN) {
      open = await this.attemptInParts(task, this.floats, open, width);
    }
    for (const query of open) {
      options.signal.throwIfAborted();
      task.certifier.scan(query, options.exclude?.[query] ?? -1, found);
    }
  }

  async close(): Promise<void> {
    await this.floats.close();
    await this.bytes?.close();
  }

  /** Goes on with bytes while they settle more than half of the queries; gives back those still open. */
  private async searchInBytes(task: Task, bytes: Scoring, all: readonly number[]): Promise<readonly number[]> {
    const width = bytes.widthFor(task.options.k);
    if (!this.isSymmetric(task, all)) return this.attemptInParts(task, bytes, all, width, true);
    const first = await this.attempt(task, bytes, all.slice(0, BLOCK), width);
    const rest = all.slice(BLOCK);
    if (rest.length === 0) return first;
    return first.length > BLOCK / 2 ? [...first, ...rest] : this.attempt(task, bytes, all, width);
  }

  /** Attempts so many of the open queries at once as there is room for the candidates of. */
  private async attemptInParts(
    task: Task,
    scoring: Scoring,
    open: readonly number[],
    width: number,
    givesUp = false,
  ): Promise<number[]> {
    const atOnce = BLOCK * Math.max(1, Math.floor(MOST_KEPT / width / BLOCK));
    const left: number[] = [];
    for (let first = 0; first < open.length; first += atOnce) {
      if (givesUp && left.length > first / 2) left.push(...open.slice(first, first + atOnce));
      else left.push(...(await this.attempt(task, scoring, open.slice(first, first + atOnce), width, givesUp)));
    }
    return left;
  }

  /**
   * Searches for the open queries with `width` candidates each, and gives back those that are still open; it may give up
   * once half of a first block are.
   */
  private async attempt(
    task: Task,
    scoring: Scoring,
    open: readonly number[],
    width: number,
    givesUp = false,
  ): Promise<number[]> {
    const { queries, options, certifier, found } = task;
    const all = open.length === queries.rows;
    const exclude =
      options.exclude && (all ? options.exclude : Int32Array.from(open, (q) => options.exclude?.[q] ?? -1));
    const search = await scoring.prepare(all ? queries : selectRows(queries, open), this.isSymmetric(task, open));
    const candidates = new Candidates(open.length, { k: options.k, width, slack: search.slack, exclude });
    const isOpen = new Uint8Array(open.length).fill(1);
    const fruitless = new AbortController();
    let [tried, settled] = [0, 0];
    const settle = (first: number, end: number) => {
      for (let at = first; at < end; at++) {
        if (!certifier.settle(open[at], candidates, search, at, found)) continue;
        isOpen[at] = 0;
        settled++;
      }
      tried += end - first;
      if (givesUp && tried >= BLOCK && settled < tried / 2) fruitless.abort();
    };
    try {
      const signal = AbortSignal.any([options.signal, fruitless.signal]);
      await search.offerAll(candidates, { ...options, signal }, settle);
    } catch (error) {
      if (options.signal.aborted || error !== fruitless.signal.reason) throw error;
    }
    return open.filter((_, at) => isOpen[at]);
  }

  /** The matrix of scores of a set against itself is symmetric. */
  private isSymmetric({ queries, itself }: Task, open: readonly number[]): boolean {
    return itself && open.length === queries.rows;
  }
}

/** The options for some consecutive queries of a search. */
function partOf(options: SearchOptions, first: number, count: number, total: number): SearchOptions {
  return {
    ...options,
    exclude: options.exclude?.subarray(first, first + count),
    progress: (done) => options.progress(first + done, total),
  };
}
