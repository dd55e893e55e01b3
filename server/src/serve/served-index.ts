import type { Matrix, SearchIndex } from '../plugins/declare.js';
import { fail, ok, type Result } from '../protocol/errors.js';
import { cosineBetween, vectorAt } from '../runner/figures/distance.js';
import { withoutNearDuplicates } from '../runner/figures/near-duplicates.js';
import type { HashedImage } from '../runner/stages/list-images.js';
import { normalised } from './normalised.js';
import type { QueryEncoder } from './query-encoder.js';

interface Parts {
  /** The model's. */
  readonly name: string;
  /** What is behind each row. */
  readonly images: readonly HashedImage[];
  /** Of length 1. */
  readonly vectors: Matrix;
  readonly index: SearchIndex;
  /** The cosine above which two images are near-duplicates, where the model says. */
  readonly duplicateCosine: number | undefined;
  readonly encoder: QueryEncoder;
}

/** A search that has begun is finished: a server that stops answers what was asked. */
const NEVER = new AbortController().signal;

/** A row of the index, and the cosine of its embedding to the query's. */
export interface Hit {
  readonly row: number;
  readonly similarity: number;
}

/** One model's index, with what turns a query into its embeddings. */
export class ServedIndex {
  private readonly rows: ReadonlyMap<string, number>;

  constructor(private readonly parts: Parts) {
    this.rows = new Map(parts.images.map(({ id }, row) => [id, row]));
  }

  get facts() {
    const { name, images, vectors } = this.parts;
    return { name, images: images.length, dimension: vectors.dimension };
  }

  get encoder(): QueryEncoder {
    return this.parts.encoder;
  }

  /** The image of a row; undefined where there is no such row. */
  imageOf(row: number): HashedImage | undefined {
    return this.parts.images[row];
  }

  /** Whether its model says when two images are near-duplicates. */
  get deduplicates(): boolean {
    return this.parts.duplicateCosine !== undefined;
  }

  /** An image by its id, with its embedding; undefined where the index has none of it. */
  find(id: string): { readonly image: HashedImage; readonly embedding: Float32Array } | undefined {
    const row = this.rows.get(id);
    if (row === undefined) return undefined;
    return { image: this.parts.images[row], embedding: vectorAt(this.parts.vectors, row) };
  }

  /**
   * The `count` nearest images, or all where there are fewer, best first. With `deduplicate` the nearest alone is left of
   * near-duplicates among them, so that fewer return.
   */
  async search(embedding: Float32Array, count: number, deduplicate: boolean): Promise<Result<Hit[]>> {
    const { vectors, index, duplicateCosine } = this.parts;
    const unfit = this.problemWith(embedding);
    if (unfit) return unfit;
    const query = normalised(embedding);
    const k = Math.min(count, vectors.rows);
    const options = { k, signal: NEVER, progress: () => undefined };
    const { ids } = await index.search({ data: query, rows: 1, dimension: vectors.dimension }, options);
    const hits = [...ids]
      .filter((row) => row >= 0)
      .map((row) => ({ row, similarity: cosineBetween(query, vectorAt(vectors, row)) }))
      .sort((a, b) => b.similarity - a.similarity);
    if (!deduplicate || duplicateCosine === undefined) return ok(hits);
    const rows = hits.map(({ row }) => row);
    const left = new Set(withoutNearDuplicates(rows, vectors, duplicateCosine));
    return ok(hits.filter(({ row }) => left.has(row)));
  }

  async close(): Promise<void> {
    await this.parts.index.close();
    await this.parts.encoder.close();
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
