import { removeRuns } from '../runs/remove-runs.js';
import type { Command } from './command.js';
import { runOf } from './targets.js';

/** Removes a run's folder after a question. */
export const deleteRun: Command = {
  id: 'lookalike.deleteRun',
  async run(services, argument) {
    const run = await runOf(services, argument, 'Delete which run?');
    if (run) await removeRuns(services.server, [run]);
  },
};
