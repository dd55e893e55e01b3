import { basename, dirname, extname, relative, sep } from 'node:path';
import type { SearchAnswer, SearchHit } from '../../../server/src/protocol/searching/search.js';
import type { Subset } from '../../../server/src/protocol/searching/subset.js';

/** Results of a search as a file beside which their paths are short, and which says where they are from. */
export function subsetOf({ search, threshold }: SearchAnswer, chosen: readonly SearchHit[], file: string): Subset {
  return subsetFrom({ search, threshold }, chosen, file);
}

type ChosenImage = Pick<SearchHit, 'file' | 'identity'> & Partial<Pick<SearchHit, 'similarity'>>;

/** The same of images that were chosen otherwise. */
export function subsetFrom(from: Record<string, unknown>, chosen: readonly ChosenImage[], file: string): Subset {
  const images = chosen.map((image) => ({
    file: pathFrom(file, image.file),
    identity: image.identity,
    // What is undefined is not written.
    similarity: image.similarity,
  }));
  return { schema: 1, from, images };
}

/** The results that the threshold lets through; all where there is none. */
export function withinThreshold({ hits, threshold }: SearchAnswer): SearchHit[] {
  return threshold ? hits.filter(({ similarity }) => similarity >= threshold.similarity) : hits;
}

/** The lines of an experiment that take a subset for its data set. A path in JSON's quotes is YAML whatever is in it. */
export function datasetBlock(subsetFile: string, experimentFile: string): string {
  return `dataset: {use: subset, file: ${JSON.stringify(pathFrom(experimentFile, subsetFile))}}`;
}

/** A name for the file: what was searched for, in letters, digits and hyphens. */
export function subsetName({ search: { query } }: SearchAnswer): string {
  const said = query.by === 'words' ? query.text : basename(query.by === 'result' ? query.id : query.file);
  const stem = query.by === 'words' ? said : said.slice(0, said.length - extname(said).length);
  const slug = stem.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
  return `${slug.slice(0, LONGEST_NAME) || 'search'}.subset.json`;
}
const LONGEST_NAME = 60;

/** With slashes, which every system reads. */
function pathFrom(file: string, target: string): string {
  return relative(dirname(file), target).split(sep).join('/');
}
