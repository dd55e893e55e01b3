import type { PlannedWork } from '../protocol/lsp.js';
import type { Results } from '../protocol/results.js';
import type { RunSummary } from '../protocol/runs/run-state.js';
import type { VariantValues } from '../protocol/runs/variant.js';
import type { ExperimentDocument } from './document.js';

/** A figure that a run measured. */
export interface Measured<T> {
  readonly value: T;
  readonly folder: string;
  readonly measuredAt: string;
  /** The file has changed since in what this figure depends on; a comment or another model changes nothing. */
  readonly stale: boolean;
  /** The run that measured it goes on: the figure is whole, and the run is not. */
  readonly isGoingOn?: boolean;
}

/** The runs of one experiment file, of this server, of other processes, and of the past. */
export interface FileRuns {
  /** One that is going on. */
  readonly running?: RunSummary;
  /** The newest, whatever became of it. */
  readonly latest?: RunSummary;
  /** The newest that has results. */
  readonly results?: Results;
  /** The folder of the run that it is of. */
  readonly resultsFolder?: string;
  /**
   * What the newest results that hold it say, those first whose settings are the file's. `path` is that of the
   * figure in `results.json`, lists by name: `['accuracy', 'face-recognition']`.
   */
  measured<T>(path: readonly string[], pick: (results: Results) => T | undefined): Measured<T> | undefined;
  /** Of a file with a matrix, the same of each variant, in their order. */
  readonly variants?: readonly VariantRuns[];
  /** What a run would do and cost, once that is known of this version of the file. */
  readonly planned: readonly PlannedWork[];
}

/** What runs of a variant measured. */
export interface VariantRuns {
  readonly values: VariantValues;
  /** Its newest run, whatever became of it. */
  readonly latest?: RunSummary;
  readonly measured: FileRuns['measured'];
}

/** What the language knows of runs: kept by the server, only read here. */
export interface RunStates {
  of(document: ExperimentDocument): FileRuns;
}
