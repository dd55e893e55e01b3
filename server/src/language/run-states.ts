import type { Results, RunStatus } from '../protocol/results.js';
import type { ExperimentDocument } from './document.js';

/** How far a stage of the latest run is. */
export interface StageState {
  readonly state: 'waiting' | 'running' | 'done' | 'cached' | 'failed';
  /** 0–1 of a stage that runs. */
  readonly progress?: number;
}

/** The latest run of an experiment file, running or found on disk. */
export interface RunState {
  readonly runId: string;
  readonly status: RunStatus;
  /** By the name of the stage. */
  readonly stages: Readonly<Record<string, StageState>>;
  /** Of the latest run that has some. */
  readonly results?: Results;
  /** The file has changed since these results were measured. */
  readonly stale: boolean;
}

/** What the language knows of runs: kept by the server, only read here. */
export interface RunStates {
  latest(document: ExperimentDocument): RunState | undefined;
}
