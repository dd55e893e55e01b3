import { showProblem } from '../runs/show-problem.js';
import { startRun } from '../runs/start-run.js';
import type { Command } from './command.js';
import { experimentOf, textOf } from './targets.js';

/** Runs the experiment as it stands in the editor, saved or not. */
export const run: Command = {
  id: 'lookalike.run',
  async run(services, argument) {
    const uri = experimentOf(argument);
    if (!uri) return;
    const started = await startRun(services, { uri: uri.toString(), stage: textOf(argument, 'stage') });
    if (!started.ok) await showProblem(started.problem);
  },
};
