import type { Candidates } from '../candidates.js';
import { type ByteScorer, LOWEST } from './byte-scorer.js';
import type { ByteQueries, ByteRows } from './byte-vectors.js';

/** Offers the pairs of a block of rows and a block of queries to the candidates. */
export class ByteOffers {
  private steps: Int32Array | undefined;

  constructor(
    private readonly scorer: ByteScorer,
    private readonly rows: ByteRows,
    private readonly queries: ByteQueries,
    private readonly candidates: Candidates,
  ) {}

  /** What is added to the product with each row. */
  private get bias(): Int32Array {
    this.steps ??= this.rows.bias.steps.map((steps) => steps * this.queries.levels);
    return this.steps;
  }

  /** Offers all rows to a block of queries; `proceed` is called before each block of rows. */
  async offerAllRows(queryBlock: number, proceed: () => void): Promise<void> {
    for (let rowBlock = 0; rowBlock < this.rows.blocks; rowBlock++) {
      proceed();
      await (rowBlock === 0 ? this.offerFirst(rowBlock, queryBlock) : this.offerRows(rowBlock, queryBlock));
    }
  }

  /** Offers the first rows that queries see, while there are no thresholds to sieve by. */
  async offerFirst(rowBlock: number, queryBlock: number): Promise<void> {
    const { candidates } = this;
    const [rows, queries] = [this.rows.at(rowBlock), this.queries.at(queryBlock)];
    await this.scorer.visitAbove(rows, queries, candidates.thresholds, (row, query, score) => {
      candidates.offer(query, row, score);
    });
  }

  /** Offers rows to queries. */
  async offerRows(rowBlock: number, queryBlock: number): Promise<void> {
    const { candidates } = this;
    const queries = this.queries.at(queryBlock);
    const thresholds = this.sieveBy(queries.ids, (y) => candidates.thresholds[y]);
    await this.scorer.visitSieved(this.rows.at(rowBlock), queries, thresholds, (row, query, score) => {
      candidates.offer(query, row, score);
    });
  }

  /**
   * Where a set is searched for itself, offers rows to queries and these, as rows, to those; gives the share of pairs
   * that had to be looked at.
   *
   * The score of x for y is x·y + bias(x), and that of y for x is bias(x) − bias(y) less. So no pair is worth keeping
   * whose score for y is no higher than both threshold(y) and threshold(x) + bias(x) − bias(y) for the least such x.
   */
  async offerPairs(rowBlock: number, queryBlock: number): Promise<number> {
    const { candidates, bias } = this;
    const [rows, queries] = [this.rows.at(rowBlock), this.queries.at(queryBlock)];
    const least = rows.ids.reduce(
      (min, x) => Math.min(min, candidates.thresholds[x] + bias[x]),
      Number.POSITIVE_INFINITY,
    );
    const thresholds = this.sieveBy(queries.ids, (y) => Math.min(candidates.thresholds[y], least - bias[y]));
    const most = queries.ids.reduce((max, y, n) => Math.max(max, thresholds[n] + bias[y]), Number.NEGATIVE_INFINITY);
    for (const x of rows.ids) candidates.leaveOut(x, most - bias[x]);
    const looked = await this.scorer.visitSieved(rows, queries, thresholds, (x, y, score) => {
      candidates.offer(y, x, score);
      candidates.offer(x, y, score - bias[x] + bias[y]);
    });
    return looked / (rows.ids.length * queries.ids.length);
  }

  /** The nearest to the wanted thresholds that bytes can be sieved by. What has a lower score is left out. */
  private sieveBy(queries: Int32Array, wanted: (query: number) => number): Float64Array {
    const thresholds = new Float64Array(queries.length);
    for (let n = 0; n < queries.length; n++) {
      thresholds[n] = Math.max(LOWEST, wanted(queries[n]));
      this.candidates.leaveOut(queries[n], thresholds[n]);
    }
    return thresholds;
  }
}
