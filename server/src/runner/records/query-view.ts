import { neighbourFile } from '../../store/run-folder/neighbour-files.js';

/** What is known of a query as one model and version see it. Null is what was looked for and is not there. */
export interface QueryPart {
  /** Its row of the files `neighbours`. */
  readonly row?: number | null;
  /** Their name, without its endings. */
  readonly neighbours?: string;
  /** By depth: whether one of so many nearest is of its identity. */
  readonly hits?: Readonly<Record<string, boolean>> | null;
  /** Results that the engine returned. */
  readonly returned?: number | null;
  /** Those of them within the query's threshold. */
  readonly valid?: number | null;
  /** How far the perturbation moved the embedding: root L2. */
  readonly shift?: number | null;
  /** The perturbed photograph in the run's folder, POSIX-style. */
  readonly file?: string | null;
}

/** One stage's part of `queries.jsonl`. */
export interface QueryView {
  readonly model: string;
  /** `original`, or the name of a perturbation. */
  readonly version: string;
  /** Of the query at this position of the image set. */
  at(position: number): QueryPart;
}

type Models = Record<string, Record<string, QueryPart>>;

/** A query's parts by model and version; where two stages say the same thing, the later one's word stays. */
export function mergeViews(views: readonly QueryView[], position: number): Models {
  const models: Models = {};
  for (const { model, version, at } of views) {
    models[model] ??= {};
    const part = { row: null, ...models[model][version], ...at(position) };
    models[model][version] = part.row === null ? part : { ...part, neighbours: neighbourFile({ model, version }) };
  }
  return models;
}
