import type { VectorSource } from '../../plugins/declare.js';
import { someOf } from '../../plugins/matrix.js';
import { itemsAt } from '../../protocol/item-at.js';
import type { ModelEmbeddings } from './embed-images.js';
import type { HashedImage, Images } from './list-images.js';
import type { PerturbedVersion } from './perturbing/poison.js';

export const ORIGINAL = 'original';

/** The queries as one version of them: the originals, or perturbed ones. Lists go query by query. */
export interface QueryVersion {
  /** `original`, or the name of a perturbation. */
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

/** The queried photographs as a perturbation left them. */
export function perturbedVersion({ use, set, positions, embeddings }: PerturbedVersion, model: string): QueryVersion {
  const byModel = embeddings.find((candidate) => candidate.model.name === model);
  if (!byModel) throw new Error(`${use.name} was not embedded with ${model}`);
  return {
    name: use.name,
    positions: itemsAt(positions, byModel.embedded),
    images: itemsAt(set.images, byModel.embedded),
    vectors: byModel.vectors,
  };
}
