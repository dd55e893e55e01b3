import type { Matrix, Metric, WorkContext } from '../../../plugins/declare.js';
import { BLOCK } from '../block-graph.js';
import type { Candidates } from '../candidates.js';
import { largestOf } from '../norms.js';
import type { ScoredSearch, Scoring } from '../scoring.js';
import { ByteOffers } from './byte-offers.js';
import { ByteScorer } from './byte-scorer.js';
import { ByteQueries, ByteRows, roundedProductError } from './byte-vectors.js';
import { FewOffers } from './few-offers.js';
import { PrincipalPart, type Reduced, roundedBy } from './principal-part.js';
import { queryLevels } from './query-levels.js';
import { QueryThreads, THREAD_BLOCK } from './query-threads.js';
import { MOST_HELD } from './row-scores.js';
import { RowThreads } from './row-threads.js';

/** The longest vectors whose scores stay within 32 bits. */
export const LONGEST_IN_BYTES = 2 ** 15;
/**
 * How much lower than the k-th best a score may be, in units of what it may be off by. The certificate needs 1 beyond
 * what the k-th best is off by itself, which is little where errors do not add up.
 */
const SLACK = 1.15;
/** So many queries are scored for four by four in less time than by a matrix product; by threads, all that are held at once. */
const FEW = 8;
/** Pairs of blocks are computed once for both sides while no more than this share of pairs has to be looked at. */
const MOST_LOOKED_AT = 1 / 16;

/**
 * Scores in whole numbers, of vectors in bytes: their products cost a fourth of those in float32 where the processor
 * has instructions for them (AVX-512 VNNI), and all but a few are sieved out where they are computed. What rounding a
 * vector to bytes takes away is known, so that a score bounds the true one. Where more rows than there is room for
 * lie within that bound, float32 has to decide.
 */
export class ByteScoring implements Scoring {
  private constructor(
    private readonly gallery: ScoredGallery,
    private readonly scorer: ByteScorer,
    private readonly levels: number,
    private readonly threads: QueryThreads,
    private readonly rowThreads: RowThreads,
  ) {}

  static async open(gallery: Matrix, metric: Metric, threads: number): Promise<ByteScoring> {
    const principal = await PrincipalPart.of(gallery, metric, threads);
    const kept = principal && (await principal.reduce(gallery));
    const rows = new ByteRows(kept?.vectors ?? gallery, metric);
    const part = kept && { principal, largestNorm: largestOf(kept.norms), usualRest: rootMeanSquare(kept.rests) };
    return new ByteScoring(
      { rows, part },
      await ByteScorer.open(rows.length, threads),
      await queryLevels(),
      new QueryThreads(rows, threads),
      new RowThreads(rows, threads),
    );
  }

  widthFor(k: number): number {
    return k + Math.max(64, 7 * k);
  }

  async prepare(queries: Matrix, itself: boolean): Promise<ScoredSearch> {
    const { rows, part } = this.gallery;
    const kept = await part?.principal.reduce(queries);
    const threads = !itself && this.threads.isWorthwhileFor(queries.rows) ? this.threads : undefined;
    const order = itself ? rows.order : undefined;
    const size = threads ? THREAD_BLOCK : BLOCK;
    const vectors = kept?.vectors ?? queries;
    const inBytes = new ByteQueries(vectors, rows, this.levels, order, threads !== undefined, size);
    return new ByteSearch(this.scorer, this.gallery, { inBytes, kept }, itself, threads, this.rowThreads);
  }

  async close(): Promise<void> {
    await this.gallery.part?.principal.close();
    await this.scorer.close();
    await this.threads.close();
    await this.rowThreads.close();
  }
}

/** Rows in bytes: of the whole vectors, or of their principal part. */
interface ScoredGallery {
  readonly rows: ByteRows;
  readonly part:
    | { readonly principal: PrincipalPart; readonly largestNorm: number; readonly usualRest: number }
    | undefined;
}

function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

class ByteSearch implements ScoredSearch {
  readonly slack: Float64Array;
  private readonly rows: ByteRows;
  private readonly queries: ByteQueries;
  /** What 1 of a score is worth. */
  private readonly unit: number;

  constructor(
    private readonly scorer: ByteScorer,
    private readonly gallery: ScoredGallery,
    private readonly asked: { readonly inBytes: ByteQueries; readonly kept: Reduced | undefined },
    private readonly itself: boolean,
    private readonly threads: QueryThreads | undefined,
    private readonly rowThreads: RowThreads,
  ) {
    this.rows = gallery.rows;
    this.queries = asked.inBytes;
    this.unit = this.queries.scale * this.rows.scale;
    const { usualRest = 0 } = gallery.part ?? {};
    this.slack = this.queries.measures.norms.map((_, query) => {
      // What a score of principal parts is too high by, where the rests have nothing in common.
      const unseen = (asked.kept?.rests[query] ?? 0) * usualRest;
      return (SLACK * (this.error(query) + unseen)) / this.unit;
    });
  }

  async offerAll(
    candidates: Candidates,
    work: WorkContext,
    offered: (first: number, end: number) => void,
  ): Promise<void> {
    if (this.threads) return this.threads.offerAll(this.queries, candidates, work, offered);
    const offers = new ByteOffers(this.scorer, this.rows, this.queries, candidates);
    if (!this.itself) return this.offerWhole(offers, candidates, work, offered);
    await this.offerHalf(offers, work);
    offered(0, this.queries.measures.norms.length);
  }

  leastOrder(query: number, score: number): number {
    // One unit more is for the rounding of this.
    const highest = this.unit * (score + 1) + this.rows.bias.offset + this.error(query);
    return this.rows.metric === 'l2' ? this.queries.measures.norms[query] ** 2 - 2 * highest : -highest;
  }

  /**
   * What the score of a row may be too low by (`roundedProductError`). Where a set is searched for itself, the query may be
   * the row.
   */
  private error(query: number): number {
    const [queries, rows] = [this.queries.measures, this.rows.measures];
    const { largestNorm, largestResidual } = rows;
    const { kept } = this.asked;
    const reduced = kept ? roundedBy(kept.norms[query], this.gallery.part?.largestNorm ?? 0) : 0;
    const asQuery = roundedProductError(queries.norms[query], queries.residuals[query], largestNorm, largestResidual);
    if (!this.itself) return asQuery + reduced;
    const { norms, residuals } = rows;
    const asRow = roundedProductError(queries.largestNorm, queries.largestResidual, norms[query], residuals[query]);
    return Math.max(asQuery, asRow) + reduced;
  }

  private async offerWhole(
    offers: ByteOffers,
    candidates: Candidates,
    { signal, progress }: WorkContext,
    offered: (first: number, end: number) => void,
  ): Promise<void> {
    const { length } = this.queries.measures.norms;
    if (length <= MOST_HELD && (await this.offerToFew(candidates, signal))) {
      offered(0, length);
      progress(length, length);
      return;
    }
    for (let i = 0; i < this.queries.blocks; i++) {
      await offers.offerAllRows(i, () => signal.throwIfAborted());
      const end = Math.min((i + 1) * BLOCK, length);
      offered(i * BLOCK, end);
      progress(end, length);
    }
  }

  /** Offers all rows to few queries; false where a matrix product is faster. */
  private async offerToFew(candidates: Candidates, signal: AbortSignal): Promise<boolean> {
    const { rows } = this;
    const queries = this.queries.measures.norms.length;
    const vectors = Array.from({ length: queries }, (_, query) => this.queries.vector(query));
    if (this.rowThreads.isReadyFor()) {
      await this.rowThreads.offerAll(vectors, candidates, signal);
      return true;
    }
    if (!rows.scores || queries > FEW) return false;
    const offers = new FewOffers(rows.scores, rows.order, vectors, candidates);
    for (let block = 0; block < offers.blocks; block++) {
      signal.throwIfAborted();
      offers.offer(block);
    }
    return true;
  }

  /** Each pair of blocks is computed once and read from both sides, while that is less work than to compute it twice. */
  private async offerHalf(offers: ByteOffers, { signal, progress }: WorkContext): Promise<void> {
    const { blocks } = this.rows;
    const { length } = this.rows.measures.norms;
    for (let i = 0; i < blocks; i++) {
      signal.throwIfAborted();
      await offers.offerFirst(i, i);
    }
    for (let i = 0; i < blocks; i++) {
      let lookedAt = 0;
      for (let j = i + 1; j < blocks; j++) {
        signal.throwIfAborted();
        if (lookedAt <= MOST_LOOKED_AT) {
          lookedAt = await offers.offerPairs(i, j);
        } else {
          await offers.offerRows(i, j);
          await offers.offerRows(j, i);
        }
      }
      // Each block has a block fewer to be paired with.
      progress(Math.round(length * (1 - ((blocks - i - 1) / blocks) ** 2)), length);
    }
  }
}
