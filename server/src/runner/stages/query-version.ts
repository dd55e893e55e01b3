import type { VectorSource } from '../../plugins/declare.js';
import { someOf } from '../../plugins/matrix.js';
import { itemsAt } from '../../protocol/item-at.js';
import type { ModelEmbeddings } from './embed-images.js';
import type { HashedImage, Images } from './list-images.js';

export const ORIGINAL = 'original';

/** The queries as one version of them: the originals, or perturbed ones. Lists go query by query. */
export interface QueryVersion {
  /** `original`, the name of a perturbation, or either with that of a countermeasure behind it. */
  readonly name: string;
  /** Positions of the originals in the data set, ascending; those that the engine's model cannot embed are left out. */
  readonly positions: readonly number[];
  /** What is shown to the engine. */
  readonly images: readonly HashedImage[];
  /** Their embeddings by the engine's model. */
  readonly vectors: VectorSource;
}

/** The queried photographs as they are. */
export function originalVersion(set: Images, queries: readonly number[], embeddings: ModelEmbeddings): QueryVersion {
  const rowOf = new Map(embeddings.embedded.map((position, row) => [position, row]));
  const positions = queries.filter((position) => rowOf.has(position));
  return {
    name: ORIGINAL,
    positions,
    images: itemsAt(set.images, positions),
    vectors: someOf(
      embeddings.vectors,
      positions.map((position) => rowOf.get(position) as number),
    ),
  };
}

/** A version of photographs of the data set, embedded. */
export interface EmbeddedVersion {
  readonly name: string;
  /** The photographs, under their originals’ ids and identities. */
  readonly set: Images;
  /** Position in the data set of each. */
  readonly positions: readonly number[];
  /** By the models that are asked about them. */
  readonly embeddings: readonly ModelEmbeddings[];
}

/** The queried photographs as a perturbation, a countermeasure or both left them. */
export function madeVersion({ name, set, positions, embeddings }: EmbeddedVersion, model: string): QueryVersion {
  const byModel = embeddings.find((candidate) => candidate.model.name === model);
  if (!byModel) throw new Error(`${name} was not embedded with ${model}`);
  return {
    name,
    positions: itemsAt(positions, byModel.embedded),
    images: itemsAt(set.images, byModel.embedded),
    vectors: byModel.vectors,
  };
}
