import { neighbourFile } from '../../store/run-folder/neighbour-files.js';
import type { QueryPart, QueryRecord } from '../../store/run-folder/query-record.js';

/** One stage's part of `queries.jsonl`. */
export interface QueryView {
  readonly model: string;
  /** `original`, or the name of a perturbation. */
  readonly version: string;
  /** Of the query at this position of the image set. */
  at(position: number): QueryPart;
}

/** A query's parts by model and version; where two stages say the same thing, the later one's word stays. */
export function mergeViews(views: readonly QueryView[], position: number): QueryRecord['models'] {
  const models: QueryRecord['models'] = {};
  for (const { model, version, at } of views) {
    models[model] ??= {};
    const part = { row: null, ...models[model][version], ...at(position) };
    models[model][version] = part.row === null ? part : { ...part, neighbours: neighbourFile({ model, version }) };
  }
  return models;
}
