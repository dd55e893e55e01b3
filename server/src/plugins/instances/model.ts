import type { Result } from '../../protocol/errors.js';
import type { FoundFace } from '../../protocol/images/found-face.js';
import type { HashedFile } from '../images/read-unchanged.js';

/** A vector, and the face that it is of. */
export interface FaceEmbedding {
  readonly vector: Float32Array;
  readonly face: FoundFace;
}

/** Threads that embed batches: what they give is what the model gives of the same batch. */
export interface EmbeddingThreads<Prepared = unknown> {
  /** How many batches they like to be given at once. */
  readonly atOnce: number;
  embedFaces(batch: readonly Prepared[]): Promise<readonly (readonly FaceEmbedding[])[]>;
}

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
  /**
   * The same of a file, which is read in another thread too: this one may be blocked by `embed` meanwhile. Throws where it
   * cannot be read, or is not what was hashed.
   */
  prepareFile?(image: HashedFile): Promise<Result<Prepared>>;
  embed(batch: readonly Prepared[]): Promise<(Float32Array | null)[]>;
  /**
   * Of a model that looks for faces: those of each image that it embeds, the largest first, whose vector is the one that
   * `embed` gives; none where there is no face. A search finds an image by any of them. A model that does not say where
   * a face was gives its vector alone.
   */
  embedFaces?(batch: readonly Prepared[]): Promise<readonly (readonly (FaceEmbedding | Float32Array)[])[]>;
  /** Of a model that can embed several batches at once, in threads of its own: `embedFaces` by them. */
  inThreads?(): EmbeddingThreads<Prepared> | undefined;
  /** Words as vectors of the same space, where the model has a text encoder: of length 1, whatever `embed` gives. */
  embedTexts?(texts: readonly string[]): Promise<Result<Float32Array[]>>;
  close(): Promise<void>;
}
