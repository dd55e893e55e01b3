import { isAbsolute, join, normalize } from 'node:path';
import type { Result } from '../protocol/errors.js';
import type { QueryDetails } from '../protocol/lsp.js';
import { unitOf } from '../protocol/results/distance-unit.js';
import type { Results } from '../protocol/results.js';
import { readResults } from '../store/run-folder/read-results.js';
import { FacesOfRun } from './faces-of-run.js';
import { type Query, type ReadRow, readRows, usable } from './read-neighbours.js';

/** As many as an engine is asked for, mostly. */
const NEIGHBOURS_IN_DETAIL = 50;

/**
 * Some queries with what each model and version of them found, the files of the images that they name, and of their
 * perturbed photographs. Problem: `neighbours-unusable`, where a file is missing or damaged.
 */
export async function readQueryDetails(runFolder: string, ids: readonly string[]): Promise<Result<QueryDetails[]>> {
  const results = await readResults(runFolder);
  const shown = results.ok ? results.value : {};
  return usable(async () => {
    const rows = await readRows(runFolder, ids, NEIGHBOURS_IN_DETAIL, shown);
    const facesOf = new FacesOfRun(runFolder, shown);
    const details: QueryDetails[] = [];
    for (const read of rows) details.push({ ...detailsOf(runFolder, read, shown), ...(await facesOf.shownBy(read)) });
    return details;
  });
}

type Measured = Pick<Results, 'threshold' | 'retrieve'>;
type WithoutFaces = Omit<QueryDetails, 'faces' | 'perturbedFace'>;

function detailsOf(runFolder: string, { row, query, images, measured }: ReadRow, results: Measured): WithoutFaces {
  const files = images.flatMap(({ id, file }) => (file === undefined ? [] : [[id, file]]));
  const limit = query.threshold ?? null;
  // What the run did not judge itself is judged here where its distances are those that thresholds are of.
  const isMeasured = row.model === results.threshold?.model && unitOf(results, row.model) !== 'similarity';
  const isJudge = isMeasured && row.version === 'original';
  const squaredLimit = limit !== null && results.threshold?.unit === 'l2' ? limit * limit : limit;
  const neighbours = row.neighbours.map((found, n) =>
    found.valid === null && isJudge && squaredLimit !== null
      ? { ...found, valid: isWithin(measured[n] ?? Number.NaN, squaredLimit) }
      : found,
  );
  return {
    ...row,
    neighbours,
    files: Object.fromEntries(files),
    threshold: neighbours.some(({ valid }) => valid !== null) ? limit : null,
    perturbed: perturbedFile(runFolder, query, row.version),
  };
}

/**
 * A threshold is kept in double precision, or its root is, and may be one of these very distances, which are kept in
 * single: it is raised by the error of squaring a root, and rounded as they are.
 */
function isWithin(distance: number, threshold: number): boolean {
  return distance <= Math.fround(threshold * (1 + 2 * Number.EPSILON));
}

/** Whichever model's record names it; a name that leads out of the folder is none of a run's. */
function perturbedFile(runFolder: string, { models }: Query, version: string): string | null {
  const [file] = Object.values(models).flatMap((versions) => versions[version]?.file ?? []);
  if (file === undefined || isAbsolute(file) || normalize(file).startsWith('..')) return null;
  return join(runFolder, file);
}
