import type { Results } from '../../protocol/results.js';
import { sha256 } from '../../store/files.js';
import type { Images } from '../stages/list-images.js';
import type { Findings } from './findings.js';

type Hashes = NonNullable<Results['run']['hashes']>;

/** What the figures that are known so far are of. */
export function hashesOf({ images, embeddings = [], perturbed = [], retrieved }: Findings): Hashes {
  return {
    dataset: images && hashOfImages(images),
    searched: retrieved && hashOfImages(retrieved.searched),
    models: Object.fromEntries(embeddings.map(({ model, key, files }) => [model.name, { key, files: [...files] }])),
    perturbed: Object.fromEntries(perturbed.map(({ use, set }) => [use.name, hashOfImages(set)])),
  };
}

/** Over a line of id, tab and content's SHA-256 for each image, in the set's order. */
export function hashOfImages({ images }: Images): string {
  return sha256(images.map(({ id, hash }) => `${id}\t${hash}\n`).join(''));
}
