import { showProblem } from '../runs/show-problem.js';
import { startRun } from '../runs/start-run.js';
import type { Command } from './command.js';
import { experimentOf, experimentOfWorkspace, textOf } from './targets.js';

/** Runs the experiment as it stands in the editor, saved or not; where none is open, one of the workspace. */
export const run: Command = {
  id: 'lookalike.run',
  async run(services, argument) {
    const uri = experimentOf(argument) ?? (await experimentOfWorkspace('Experiment to run'));
    if (!uri) return;
    const stage = textOf(argument, 'stage');
    const started = await startRun(services, { uri: uri.toString(), stage, variant: variantOf(argument) });
    if (!started.ok) await showProblem(started.problem);
  },
};

/** The values that variants are to have, as a lens names them. */
function variantOf(argument: unknown): string[] {
  const { variant } = Object(argument) as { variant?: unknown };
  return Array.isArray(variant) ? variant.filter((one) => typeof one === 'string') : [];
}
