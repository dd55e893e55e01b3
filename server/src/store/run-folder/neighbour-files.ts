import { basename, join } from 'node:path';
import { fileNameOf } from '../file-names.js';
import { readMatrix, UnusableFile } from './run-files.js';

/** More are in the run's folder; a page shows what fits beside a photograph. */
export const NEIGHBOURS_SHOWN = 6;

/** A row of a model's neighbour files. */
export interface Search {
  readonly model: string;
  readonly version: string;
  readonly row: number;
  /** The name of the files, as the query's record has it; that of an older run has none. */
  readonly neighbours?: string | null;
}

/** What that row says: positions in `images.jsonl`, nearest first, with their distances. */
export type Found<S extends Search> = S & {
  readonly positions: readonly number[];
  readonly distances: readonly number[];
};

/** The answers to `searches`, `most` neighbours each; each pair of files is read once. Throws `UnusableFile`. */
export async function foundBy<S extends Search>(
  runFolder: string,
  searches: readonly S[],
  most: number,
): Promise<Found<S>[]> {
  const found: Found<S>[] = [];
  for (const [name, group] of groupByFile(searches)) {
    const { ids, distances, rows, k } = await readPair(runFolder, name);
    for (const search of group) {
      if (search.row >= rows) throw new UnusableFile(`${name} has no row ${search.row}`);
      found.push({ ...search, ...nearest(ids, distances, search.row * k, Math.min(k, most)) });
    }
  }
  return found;
}

type Searched = Pick<Search, 'model' | 'version'>;

/** The name of a model's and version's neighbour files, without their endings: no two pairs have one. */
export function neighbourFile({ model, version }: Searched): string {
  // The last dash is the one between the two.
  return `neighbours-${fileNameOf(model)}-${fileNameOf(version).replaceAll('-', '%2D')}`;
}

/** The name that a record gives, or that of older runs, whose records have none. */
export function recordedFile({ model, version, neighbours }: Searched & Pick<Search, 'neighbours'>): string {
  return neighbours ?? `neighbours-${model}-${version}`;
}

function groupByFile<S extends Search>(searches: readonly S[]): Map<string, S[]> {
  const groups = new Map<string, S[]>();
  for (const search of searches) {
    const name = recordedFile(search);
    groups.set(name, [...(groups.get(name) ?? []), search]);
  }
  return groups;
}

/** The neighbours of every row; the two arrays are of one size. Throws `UnusableFile`. */
export async function readPair(runFolder: string, name: string) {
  if (basename(name) !== name) throw new UnusableFile(`${name} would not be in the run's folder`);
  const ids = await readMatrix(join(runFolder, `${name}.ids.npy`));
  const distances = await readMatrix(join(runFolder, `${name}.distances.npy`));
  if (String(ids.shape) !== String(distances.shape))
    throw new UnusableFile(`${name} has ids and distances of two sizes`);
  const [rows, k] = ids.shape as [number, number];
  return { ids: ids.data, distances: distances.data, rows, k };
}

/** Positions below 0 stand where a query has fewer neighbours than a row has room for. */
function nearest(ids: ArrayLike<number>, distances: ArrayLike<number>, start: number, count: number) {
  const places = Array.from({ length: count }, (_, n) => start + n).filter((place) => ids[place]! >= 0);
  return { positions: places.map((place) => ids[place]!), distances: places.map((place) => distances[place]!) };
}
