import type { ExperimentDocument } from '../../language/document.js';
import type { LanguageServices } from '../../language/services.js';
import type { Device } from '../../protocol/choices.js';
import type { Result } from '../../protocol/errors.js';
import type { ExploringProgress } from '../../protocol/lsp.js';
import type { ExecutorUse, ProcessIdentity } from '../../protocol/runner.js';
import type { RunSummary } from '../../protocol/runs/run-state.js';
import type { SearchState } from '../../protocol/searching/search.js';

export type LogLevel = 'info' | 'warning' | 'error';

/** What the runs of a server need to know of the editor, and tell it. */
export interface RunsHost {
  services(): LanguageServices;
  /** The newest version of a document that is open. */
  openDocument(uri: string): ExperimentDocument | undefined;
  openDocuments(): readonly ExperimentDocument[];
  /** False where the user does not trust the workspace: nothing of it is run. */
  trusted(): boolean;
  /** Cores to compute with, where the user says so. */
  threads(): number | undefined;
  /** What image and text encoders compute on; `device-unknown` where the user's setting names no device. */
  device(): Result<Device>;
  /** What computes shards, where that is not the run itself; `executor-unknown`, `executor-invalid` by the user's settings. */
  executor(): Result<ExecutorUse | undefined>;
  /** The editor's process, where the user wants runs to end with it. */
  stopWith(): ProcessIdentity | undefined;
  /** Module paths of third parties' plugins. */
  pluginPaths(): readonly string[];

  runChanged(run: RunSummary): void;
  runDeleted(folder: string): void;
  searchChanged(state: SearchState): void;
  exploring(progress: ExploringProgress): void;
  log(level: LogLevel, message: string): void;
  /** What lenses and inlays show may have changed. */
  refresh(): void;
}
