import type { ResultBlocks } from '../../protocol/results.js';
import type { GenuineOfQueries } from '../../statistics/moved-threshold.js';
import type { ModelIndex } from '../stages/build-index.js';
import type { ModelEmbeddings } from '../stages/embed-images.js';
import type { ImageSet } from '../stages/list-images.js';
import type { ModelAccuracy } from '../stages/measuring/measure-accuracy.js';
import type { Strangers } from '../stages/measuring/measure-strangers.js';
import type { Thresholds } from '../stages/measuring/measure-thresholds.js';
import type { CounteredVersion } from '../stages/perturbing/counter.js';
import type { PerturbedVersion } from '../stages/perturbing/poison.js';
import type { Robustness } from '../stages/retrieval/measure-robustness.js';
import type { Retrieved } from '../stages/retrieval/retrieve.js';

/** What the stages of a run have found so far; a part is absent until its stage is done. */
export interface Findings {
  /** What stands in `results.json` so far. */
  readonly blocks: Partial<ResultBlocks>;
  /** Hashes of the lists and tables that the experiment names, by the paths of their keys. */
  lists?: Readonly<Record<string, string>>;
  images?: ImageSet;
  /** Positions of the queried images, ascending. */
  queries?: readonly number[];
  embeddings?: readonly ModelEmbeddings[];
  indexes?: readonly ModelIndex[];
  accuracy?: readonly ModelAccuracy[];
  thresholds?: Thresholds;
  strangers?: Strangers;
  /** Distances of the queries to the other photographs of their people, by the model that thresholds are of. */
  genuine?: GenuineOfQueries;
  /** Those that are finished, in the order of the file. */
  perturbed?: readonly PerturbedVersion[];
  /** Versions behind a countermeasure, as far as they are finished. */
  countered?: readonly CounteredVersion[];
  retrieved?: Retrieved;
  robustness?: Robustness;
}

export function embeddingsOf({ embeddings }: Findings, name: string): ModelEmbeddings {
  return required(embeddings?.find(({ model }) => model.name === name));
}

/** A part that an earlier stage has found: without it the order of the stages is wrong. */
export function required<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('A stage ran before the one it needs');
  return part;
}
