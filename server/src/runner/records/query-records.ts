import { join } from 'node:path';
import type { Neighbours } from '../../plugins/declare.js';
import { writeAtomically } from '../../store/files.js';
import { neighbourFile } from '../../store/run-folder/neighbour-files.js';
import type { Findings } from '../results/findings.js';
import { writeNeighbours } from '../stages/find-neighbours.js';
import type { HashedImage, ImageSet } from '../stages/list-images.js';
import { accuracyViews } from './accuracy-views.js';
import { perturbationViews } from './perturbation-views.js';
import { mergeViews, type QueryView } from './query-view.js';
import { retrievalViews } from './retrieval-views.js';

/**
 * Writes what a run found for each query into its folder: `images.jsonl`, a line an image of the data set and then
 * of the gallery, whose line numbers (from 0) are the ids of the neighbour files; `queries.jsonl`, a line a query; and
 * `neighbours-MODEL-VERSION.{ids,distances}.npy`, whose row `row` of a query's record is that query's, and which
 * the record names as its `neighbours`. What the
 * engine retrieved stands in for what accuracy searched for by the same model.
 */
export async function writeQueryRecords(folder: string, findings: Findings, signal: AbortSignal): Promise<void> {
  const { images, queries } = findings;
  const views = [...accuracyViews(findings), ...perturbationViews(findings), ...retrievalViews(findings)];
  if (!images || !queries || (views.length === 0 && !findings.thresholds)) return;
  await writeAtomically(join(folder, 'images.jsonl'), jsonLines(shownImages(findings, images).map(imageLine)));
  await writeAtomically(join(folder, 'queries.jsonl'), jsonLines(queryLines(findings, images, queries, views)));
  for (const [name, neighbours] of neighboursOf(findings, images)) {
    signal.throwIfAborted();
    await writeNeighbours(join(folder, name), neighbours);
  }
}

function shownImages({ retrieved }: Findings, images: ImageSet): HashedImage[] {
  const searched = retrieved && retrieved.searched !== images ? retrieved.searched.images : [];
  return [...images.images, ...searched];
}

function imageLine({ id, identity, file }: HashedImage) {
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

/** By the name of their files. */
function neighboursOf({ accuracy = [], retrieved }: Findings, images: ImageSet): Map<string, Neighbours> {
  const all = new Map(
    accuracy.map(({ result, found }) => [
      neighbourFile({ model: result.model, version: 'original' }),
      found.neighbours,
    ]),
  );
  const first = retrieved?.searched === images ? 0 : images.images.length;
  for (const { version, found } of retrieved?.versions ?? []) {
    const ids = found.ids.map((place) => (place < 0 ? -1 : first + place));
    all.set(neighbourFile({ model: retrieved?.spec.model ?? '', version: version.name }), { ...found, ids });
  }
  return all;
}

function jsonLines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
