import type { Matrix, SearchIndex } from '../plugins/declare.js';
import { selectRows } from '../plugins/matrix.js';
import { fail, ok, type Result } from '../protocol/errors.js';
import { itemsAt } from '../protocol/item-at.js';
import { cosineBetween, vectorAt } from '../runner/figures/distance.js';
import { withoutNearDuplicates } from '../runner/figures/near-duplicates.js';
import type { Entries } from './entries.js';
import { normalised } from './normalised.js';
import type { QueryEncoder } from './query-encoder.js';
import { SearchBatches } from './search-batches.js';
import type { SearchTimes } from './search-times.js';

interface Parts<Behind extends Entries> {
  /** The model's. */
  readonly name: string;
  readonly entries: Behind;
  /** Of length 1: one an entry, in their order, and behind them the other faces of entries that have several. */
  readonly vectors: Matrix;
  /** Of each vector the entry that it shows; absent where each is an entry. */
  readonly shows?: readonly number[];
  readonly index: SearchIndex;
  /** The cosine above which two images are near-duplicates, where the model says. */
  readonly duplicateCosine: number | undefined;
  readonly encoder: QueryEncoder;
  readonly times: SearchTimes;
}

/** An entry of the index, and the cosine of its embedding, of several faces the nearest's, to the query's. */
export interface Hit {
  readonly row: number;
  readonly similarity: number;
}

interface Nearest extends Hit {
  /** The row of the vector that it was found by. */
  readonly vector: number;
}

/** One model's index, with what turns a query into its embeddings. */
export class ServedIndex<Behind extends Entries = Entries> {
  private readonly batches: SearchBatches;

  constructor(private readonly parts: Parts<Behind>) {
    this.batches = new SearchBatches(parts.index, parts.vectors.dimension);
  }

  get facts() {
    const { name, entries, vectors } = this.parts;
    return { name, images: entries.count, dimension: vectors.dimension };
  }

  get encoder(): QueryEncoder {
    return this.parts.encoder;
  }

  get entries(): Behind {
    return this.parts.entries;
  }

  /** Whether its model says when two images are near-duplicates. */
  get deduplicates(): boolean {
    return this.parts.duplicateCosine !== undefined;
  }

  /** Of length 1, of several faces the largest's; of a row that there is. */
  embeddingOf(row: number): Float32Array {
    return vectorAt(this.parts.vectors, row);
  }

  /**
   * The `count` nearest images, or all where there are fewer, best first. With `deduplicate` the nearest alone is left of
   * near-duplicates among them, so that fewer return. None of the rows in `without` is among them.
   */
  async search(
    embedding: Float32Array,
    count: number,
    deduplicate: boolean,
    without: ReadonlySet<number> = new Set(),
  ): Promise<Result<Hit[]>> {
    const { duplicateCosine, times } = this.parts;
    const unfit = this.problemWith(embedding);
    if (unfit) return unfit;
    const hits = await times.time('knn_index_time', () => this.nearest(normalised(embedding), count, without));
    if (!deduplicate || duplicateCosine === undefined) return ok(hits);
    return ok(await times.time('dedup_time', async () => this.merged(hits, duplicateCosine)));
  }

  async close(): Promise<void> {
    await this.batches.close();
    await this.parts.encoder.close();
    await this.parts.entries.close();
  }

  private async nearest(query: Float32Array, count: number, without: ReadonlySet<number>): Promise<Nearest[]> {
    const { vectors, shows } = this.parts;
    for (let k = Math.min(count + without.size, vectors.rows); ; k = Math.min(2 * k, vectors.rows)) {
      const ids = await this.batches.nearest(query, k);
      const found = new Map<number, Nearest>();
      for (const vector of ids) {
        const row = vector < 0 ? vector : (shows?.[vector] ?? vector);
        if (row < 0 || without.has(row)) continue;
        const similarity = cosineBetween(query, vectorAt(vectors, vector));
        if ((found.get(row)?.similarity ?? Number.NEGATIVE_INFINITY) < similarity) {
          found.set(row, { row, vector, similarity });
        }
      }
      // Faces of one photograph may have taken the places of others.
      if (shows && found.size < count && k < vectors.rows) continue;
      return [...found.values()].slice(0, count).sort((a, b) => b.similarity - a.similarity);
    }
  }

  private merged(hits: readonly Nearest[], limit: number): Hit[] {
    const rows = hits.map(({ vector }) => vector);
    return itemsAt(hits, withoutNearDuplicates(selectRows(this.parts.vectors, rows), limit));
  }

  private problemWith(embedding: Float32Array) {
    const { name, vectors } = this.parts;
    if (embedding.length !== vectors.dimension) {
      const message = `The embedding has ${embedding.length} numbers; those of ${name} have ${vectors.dimension}`;
      return fail('dimension-mismatch', message);
    }
    const usable = embedding.every(Number.isFinite) && embedding.some((value) => value !== 0);
    return usable ? undefined : fail('embedding-unusable', 'The embedding is zero, or not all of it finite');
  }
}
