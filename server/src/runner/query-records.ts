import { join } from 'node:path';
import { isHit } from './figures/accuracy.js';
import { writeNeighbours } from './stages/find-neighbours.js';
import type { ImageSet } from './stages/list-images.js';
import type { ModelAccuracy } from './stages/measure-accuracy.js';
import type { Findings } from './stages.js';
import { writeAtomically } from './store/files.js';

/**
 * Writes what a run found for each query into its folder: `images.jsonl`, a line an image, whose line numbers
 * (from 0) are the ids of the neighbour files; `queries.jsonl`, a line a query; and for each model
 * `neighbours-MODEL-original.{ids,distances}.npy`, whose row `row` of a query's record is that query's.
 */
export async function writeQueryRecords(folder: string, findings: Findings, signal: AbortSignal): Promise<void> {
  const { images, queries, accuracy } = findings;
  if (!images || !queries || !accuracy) return;
  await writeAtomically(join(folder, 'images.jsonl'), jsonLines(images.images.map(imageLine)));
  await writeAtomically(join(folder, 'queries.jsonl'), jsonLines(queryLines(images, queries, accuracy)));
  for (const { result, found } of accuracy) {
    signal.throwIfAborted();
    await writeNeighbours(join(folder, `neighbours-${result.model}-original`), found.neighbours);
  }
}

function imageLine({ id, identity, file }: ImageSet['images'][number]) {
  return { id, identity, file };
}

function queryLines(set: ImageSet, queries: readonly number[], accuracy: readonly ModelAccuracy[]) {
  const views = accuracy.map((model) => ({ model, rows: rowsOf(model), labelled: labelledOf(model, set, queries) }));
  return queries.map((position) => {
    const { id, identity } = set.images[position];
    const models = Object.fromEntries(
      views.map(({ model, rows, labelled }) => {
        const query = labelled.get(position);
        const row = rows.get(position) ?? null;
        const hits = query?.embedded
          ? Object.fromEntries(Object.keys(model.result.top).map((top) => [top, isHit(query, Number(top))]))
          : null;
        return [model.result.model, { original: { row, hits } }];
      }),
    );
    return { id, identity, threshold: null, models };
  });
}

function rowsOf({ found }: ModelAccuracy): Map<number, number> {
  return new Map(found.queries.map((position, row) => [position, row]));
}

function labelledOf({ queries }: ModelAccuracy, set: ImageSet, positions: readonly number[]) {
  const known = positions.filter((position) => set.images[position].identity !== null);
  return new Map(known.map((position, n) => [position, queries[n]]));
}

function jsonLines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
