import { itemAt } from '../../protocol/item-at.js';
import { encodeNpy } from '../../store/npy.js';
import { neighbourFile } from '../../store/run-folder/neighbour-files.js';
import type { ImageRecord, QueryRecord } from '../../store/run-folder/query-record.js';
import { writeRunFile } from '../../store/run-folder/sound-files.js';
import type { Findings } from '../results/findings.js';
import type { HashedImage, ImageSet } from '../stages/list-images.js';
import type { SetNeighbours } from '../stages/search-others.js';
import { accuracyViews } from './accuracy-views.js';
import { writeFoundFaces } from './found-faces.js';
import { perturbationViews } from './perturbation-views.js';
import { mergeViews, type QueryView } from './query-view.js';
import { retrievalViews } from './retrieval-views.js';
import { writeVerifierDistances } from './verifier-distances.js';

/**
 * Writes what a run found for each query into its folder: `images.jsonl`, a line an image of the data set and then
 * of the gallery, whose line numbers (from 0) are the ids of the neighbour files; `queries.jsonl`, a line a query; and
 * `neighbours-MODEL-VERSION.{ids,distances}.npy`, whose row `row` of a query's record is that query's, and which
 * the record names as its `neighbours`; `faces-MODEL.npy` and `faces-MODEL-VERSION.npy`, where the model looks for faces; and
 * what `verifier-distances.json` describes. What the engine retrieved stands in for what accuracy searched for by the same
 * model.
 */
export class QueryRecords {
  private written: readonly unknown[] = [];

  constructor(private readonly folder: string) {}

  /** What is known so far; what was written before is not written again unless there is more. */
  async write(findings: Findings, signal: AbortSignal): Promise<void> {
    const { images, queries, accuracy, thresholds, perturbed, countered, retrieved, robustness } = findings;
    const parts = [accuracy, thresholds, perturbed, countered, retrieved, robustness];
    const views = [...accuracyViews(findings), ...perturbationViews(findings), ...retrievalViews(findings)];
    if (!images || !queries || (views.length === 0 && !thresholds)) return;
    if (parts.every((part, n) => part === this.written[n])) return;
    await writeRunFile(this.folder, 'images.jsonl', jsonLines(shownImages(findings, images).map(imageLine)));
    for (const [name, { ids, distances, k }] of neighboursOf(findings, images)) {
      signal.throwIfAborted();
      const shape = [ids.length / k, k];
      await writeRunFile(this.folder, `${name}.ids.npy`, ...encodeNpy(ids, shape));
      await writeRunFile(this.folder, `${name}.distances.npy`, ...encodeNpy(distances, shape));
    }
    await writeFoundFaces(this.folder, findings, { images: shownImages(findings, images).length, queries });
    await writeRunFile(this.folder, 'queries.jsonl', jsonLines(queryLines(findings, images, queries, views)));
    await writeVerifierDistances(this.folder, findings);
    this.written = parts;
  }
}

function shownImages({ retrieved }: Findings, images: ImageSet): HashedImage[] {
  const searched = retrieved && retrieved.searched !== images ? retrieved.searched.images : [];
  return [...images.images, ...searched];
}

function imageLine({ id, identity, file, hash }: HashedImage): ImageRecord {
  return { id, identity, file, hash };
}

function queryLines(
  { thresholds, strangers, robustness }: Findings,
  set: ImageSet,
  queries: readonly number[],
  views: readonly QueryView[],
): QueryRecord[] {
  return queries.map((position, n) => {
    const { id, identity } = itemAt(set.images, position);
    return {
      ...{ id, identity, threshold: thresholds?.of.get(position) ?? null },
      strangers: strangers?.of.get(position) ?? null,
      control: robustness?.judged[n]?.control ?? null,
      models: mergeViews(views, position),
    };
  });
}

/** By the name of their files. */
function neighboursOf({ accuracy = [], retrieved }: Findings, images: ImageSet): Map<string, SetNeighbours> {
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
