import { isAbsolute, join, normalize } from 'node:path';
import type { Result } from '../protocol/errors.js';
import type { QueryDetails } from '../protocol/lsp.js';
import type { Results } from '../protocol/results.js';
import { readResults } from '../store/run-folder/read-results.js';
import { type Query, type ReadRow, readRows, usable } from './read-neighbours.js';

/** As many as an engine is asked for, mostly. */
const NEIGHBOURS_IN_DETAIL = 50;

/**
 * Some queries with what each model and version of them found, the files of the images that they name, and of their
 * perturbed photographs. Problem: `neighbours-unusable`, where a file is missing or damaged.
 */
export async function readQueryDetails(runFolder: string, ids: readonly string[]): Promise<Result<QueryDetails[]>> {
  const results = await readResults(runFolder);
  const threshold = results.ok ? results.value.threshold : undefined;
  return usable(async () => {
    const rows = await readRows(runFolder, ids, NEIGHBOURS_IN_DETAIL);
    return rows.map((read) => detailsOf(runFolder, read, threshold));
  });
}

function detailsOf(runFolder: string, { row, query, images }: ReadRow, threshold: Results['threshold']): QueryDetails {
  const files = images.flatMap(({ id, file }) => (file === undefined ? [] : [[id, file]]));
  // What a perturbed photograph finds is judged by how far it is from the original.
  const isJudge = row.model === threshold?.model && row.version === 'original';
  return {
    ...row,
    files: Object.fromEntries(files),
    threshold: isJudge ? squared(query.threshold, threshold?.unit) : null,
    perturbed: perturbedFile(runFolder, query, row.version),
  };
}

/** Neighbours' distances are squared, whatever unit results show. */
function squared(threshold: number | null | undefined, unit?: string): number | null {
  if (threshold === null || threshold === undefined) return null;
  return unit === 'l2' ? threshold * threshold : threshold;
}

/** Whichever model's record names it; a name that leads out of the folder is none of a run's. */
function perturbedFile(runFolder: string, { models }: Query, version: string): string | null {
  const [file] = Object.values(models).flatMap((versions) => versions[version]?.file ?? []);
  if (file === undefined || isAbsolute(file) || normalize(file).startsWith('..')) return null;
  return join(runFolder, file);
}
