import { cancel } from './cancel.js';
import type { Command } from './command.js';
import { compareRuns } from './compare-runs.js';
import { deleteRun } from './delete-run.js';
import { exportReport } from './export-report.js';
import { forgetPermissions } from './forget-permissions.js';
import { newExperiment } from './new-experiment.js';
import { openExperiment } from './open-experiment.js';
import { purge } from './purge.js';
import { refreshRuns } from './refresh-runs.js';
import { restartServer } from './restart-server.js';
import { revealRun } from './reveal-run.js';
import { run } from './run.js';
import { runStage } from './run-stage.js';
import { searchImages } from './search-images.js';
import { showLog, showShardLog } from './show-log.js';
import { showResults } from './show-results.js';
import { showRuns } from './show-runs.js';

/** Every command of package.json. */
export const commands: readonly Command[] = [
  run,
  runStage,
  cancel,
  showResults,
  showRuns,
  compareRuns,
  searchImages,
  newExperiment,
  openExperiment,
  revealRun,
  deleteRun,
  exportReport,
  refreshRuns,
  purge,
  forgetPermissions,
  restartServer,
  showLog,
  showShardLog,
];
