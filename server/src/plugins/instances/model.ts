import type { Result } from '../../protocol/errors.js';

/**
 * An image encoder. `prepare` decodes in worker threads and may run ahead; `embed` computes a batch.
 * A vector is null where the model finds no face to embed.
 */
export interface EmbeddingModel<Prepared = unknown> {
  readonly dimension: number;
  /** How many images `embed` likes to be given at once. */
  readonly batchSize: number;
  /** Fails with a problem where the bytes are no readable image. */
  prepare(bytes: Uint8Array): Promise<Result<Prepared>>;
  embed(batch: readonly Prepared[]): Promise<(Float32Array | null)[]>;
  /**
   * Of a model that embeds every face of an image: the vectors of each, the largest face's first, which is the one that
   * `embed` gives; none where there is no face. Where it is there, a search finds an image by any of them.
   */
  embedFaces?(batch: readonly Prepared[]): Promise<readonly Float32Array[][]>;
  /** Words as vectors of the same space, where the model has a text encoder: of length 1, whatever `embed` gives. */
  embedTexts?(texts: readonly string[]): Promise<Result<Float32Array[]>>;
  close(): Promise<void>;
}
