import { listsNamed } from '../../experiment/checks/check-files.js';
import type { Results } from '../../protocol/results.js';
import type { ExperimentSpec } from '../../stages/spec.js';
import { sha256 } from '../../store/files.js';
import type { RunContext } from '../context.js';
import type { Images } from '../stages/list-images.js';
import type { Findings } from './findings.js';

type Hashes = NonNullable<Results['run']['hashes']>;

/** What the figures that are known so far are of. */
export function hashesOf({ lists, images, embeddings = [], perturbed = [], retrieved }: Findings): Hashes {
  return {
    dataset: images && hashOfImages(images),
    searched: retrieved && hashOfImages(retrieved.searched),
    models: Object.fromEntries(embeddings.map(({ model, key, files }) => [model.name, { key, files: [...files] }])),
    lists,
    perturbed: Object.fromEntries(perturbed.map(({ use, set }) => [use.name, hashOfImages(set)])),
  };
}

/** Of the lists and tables that an experiment names, before any is read; one that cannot be read is its stage's to report. */
export async function hashLists(
  { plugins, files }: Pick<RunContext, 'plugins' | 'files'>,
  spec: ExperimentSpec,
): Promise<Hashes['lists']> {
  const named = [...listsNamed(spec, plugins)];
  if (named.length === 0) return undefined;
  const hashed = named.map(async ([key, file]) => [key, await files.hash(file).catch(() => undefined)] as const);
  return Object.fromEntries((await Promise.all(hashed)).flatMap(([key, hash]) => (hash ? [[key, hash]] : [])));
}

/** Over a line of id, tab and content's SHA-256 for each image, in the set's order. */
export function hashOfImages({ images }: Images): string {
  return sha256(images.map(({ id, hash }) => `${id}\t${hash}\n`).join(''));
}
