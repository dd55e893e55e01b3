import { itemAt, itemsAt } from '../../../protocol/item-at.js';
import type { AccuracyResult } from '../../../protocol/results.js';
import type { RunContext } from '../../context.js';
import { type AccuracyQuery, accuracyAt } from '../../figures/accuracy.js';
import type { ModelIndex } from '../build-index.js';
import { findNeighbours, type QueryNeighbours } from '../find-neighbours.js';
import type { ImageSet } from '../list-images.js';
import { Partners } from '../own-photographs.js';

/** One model's accuracy, with what it was counted from. */
export interface ModelAccuracy {
  readonly result: AccuracyResult;
  readonly found: QueryNeighbours;
  /** One for each of the selected queries whose identity is known, in their order. */
  readonly queries: readonly AccuracyQuery[];
}

/** Searches for every selected query among all images of the data set and counts the hits (paper §2.1). */
export async function measureAccuracy(
  context: RunContext,
  set: ImageSet,
  index: ModelIndex,
  selected: readonly number[],
  tops: readonly number[],
): Promise<ModelAccuracy> {
  const { embedded, model, vectors } = index.embeddings;
  const hasVector = new Set(embedded);
  const searched = selected.filter((position) => hasVector.has(position));
  const found = await findNeighbours(context, set, index, searched, Math.max(...tops));
  const partners = new Partners(itemsAt(set.images, embedded));
  const queries = labelled(set, selected, found, partners);
  const result = {
    model: model.name,
    dim: vectors.dimension,
    noFace: index.embeddings.noFace.length,
    identities: new Set(embedded.flatMap((position) => itemAt(set.images, position).identity ?? [])).size,
    top: accuracyAt(queries, tops),
  };
  return { result, found, queries };
}

/** Queries of unknown identity can be neither right nor wrong, and are left out. */
function labelled(
  set: ImageSet,
  selected: readonly number[],
  found: QueryNeighbours,
  partners: Partners,
): AccuracyQuery[] {
  const rowOf = new Map(found.queries.map((position, row) => [position, row]));
  const identityAt = (position: number) => (position < 0 ? null : itemAt(set.images, position).identity);
  return selected.flatMap((position) => {
    const { identity } = itemAt(set.images, position);
    if (identity === null) return [];
    const row = rowOf.get(position);
    const { ids, k } = found.neighbours;
    return {
      identity,
      embedded: row !== undefined,
      paired: partners.has(itemAt(set.images, position)),
      found: row === undefined ? [] : Array.from(ids.subarray(row * k, (row + 1) * k), identityAt),
    };
  });
}
