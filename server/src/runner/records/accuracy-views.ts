import { itemAt } from '../../protocol/item-at.js';
import { isHit } from '../figures/accuracy.js';
import type { Findings } from '../results/findings.js';
import type { ImageSet } from '../stages/list-images.js';
import type { ModelAccuracy } from '../stages/measuring/measure-accuracy.js';
import type { QueryView } from './query-view.js';

/** Where each query's neighbours are, and whether they are right, by each model. */
export function accuracyViews({ images, queries, accuracy }: Findings): QueryView[] {
  if (!images || !queries || !accuracy) return [];
  return accuracy.map((model) => viewOf(model, images, queries));
}

function viewOf(model: ModelAccuracy, set: ImageSet, queries: readonly number[]): QueryView {
  const rows = new Map(model.found.queries.map((position, row) => [position, row]));
  const labelled = labelledOf(model, set, queries);
  return {
    model: model.result.model,
    version: 'original',
    at(position) {
      const query = labelled.get(position);
      const tops = Object.keys(model.result.top);
      const hits = query?.embedded ? Object.fromEntries(tops.map((top) => [top, isHit(query, Number(top))])) : null;
      return { row: rows.get(position) ?? null, hits };
    },
  };
}

function labelledOf({ queries }: ModelAccuracy, set: ImageSet, positions: readonly number[]) {
  const known = positions.filter((position) => itemAt(set.images, position).identity !== null);
  return new Map(known.map((position, n) => [position, queries[n]]));
}
