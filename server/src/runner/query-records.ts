import { join } from 'node:path';
import { accuracyViews } from './records/accuracy-views.js';
import { perturbationViews } from './records/perturbation-views.js';
import { mergeViews, type QueryView } from './records/query-view.js';
import { writeNeighbours } from './stages/find-neighbours.js';
import type { ImageSet } from './stages/list-images.js';
import type { Findings } from './stages.js';
import { writeAtomically } from './store/files.js';

/**
 * Writes what a run found for each query into its folder: `images.jsonl`, a line an image, whose line numbers
 * (from 0) are the ids of the neighbour files; `queries.jsonl`, a line a query; and for each model
 * `neighbours-MODEL-original.{ids,distances}.npy`, whose row `row` of a query's record is that query's.
 */
export async function writeQueryRecords(folder: string, findings: Findings, signal: AbortSignal): Promise<void> {
  const { images, queries, accuracy = [] } = findings;
  const views = [...accuracyViews(findings), ...perturbationViews(findings)];
  if (!images || !queries || (views.length === 0 && !findings.thresholds)) return;
  await writeAtomically(join(folder, 'images.jsonl'), jsonLines(images.images.map(imageLine)));
  await writeAtomically(join(folder, 'queries.jsonl'), jsonLines(queryLines(findings, images, queries, views)));
  for (const { result, found } of accuracy) {
    signal.throwIfAborted();
    await writeNeighbours(join(folder, `neighbours-${result.model}-original`), found.neighbours);
  }
}

function imageLine({ id, identity, file }: ImageSet['images'][number]) {
  return { id, identity, file };
}

function queryLines(
  { thresholds }: Findings,
  set: ImageSet,
  queries: readonly number[],
  views: readonly QueryView[],
): unknown[] {
  return queries.map((position) => {
    const { id, identity } = set.images[position];
    return { id, identity, threshold: thresholds?.of.get(position) ?? null, models: mergeViews(views, position) };
  });
}

function jsonLines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
