import type { Problem, Result } from '../../protocol/errors.js';
import type { WorkContext } from './work-context.js';

/** Retrieval from the experiment's own gallery, which the runner embeds and indexes. */
export interface GalleryRetrieval {
  readonly kind: 'gallery';
  /** Whether of near-duplicates, by the engine model's `duplicateCosine`, only the nearest is returned. */
  readonly deduplicate: boolean;
}

/** One version of a query. */
export interface RetrievalQuery {
  /** Absolute path of the photograph, original or perturbed. */
  readonly file: string;
  /** Its embedding by the engine's model. */
  readonly embedding: Float32Array;
}

/** What a service found, best first. */
export interface RetrievedImage {
  /** The service's own id, or the path of an image that came with the answer: of `lookalike serve`, the data set's id. */
  readonly id: string;
  /** The image as it was fetched into the private folder, or null with the reason. */
  readonly image: { readonly file: string } | { readonly missing: Problem };
  /** As the service says: an inner product, mostly. */
  readonly similarity: number;
  readonly caption: string | null;
}

export interface RetrieveOptions extends WorkContext {
  /** How many results to ask for. */
  readonly results: number;
  /** False where what an earlier run was told is to be asked for again. */
  readonly useCache: boolean;
}

/** A retrieval engine elsewhere. */
export interface RetrievalService {
  readonly kind: 'service';
  search(query: RetrievalQuery, options: RetrieveOptions): Promise<Result<readonly RetrievedImage[]>>;
  close(): Promise<void>;
}
