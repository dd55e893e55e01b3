import * as vscode from 'vscode';
import { showProblem } from '../runs/show-problem.js';
import type { Command } from './command.js';
import { run } from './run.js';
import { experimentOf, textOf } from './targets.js';

/** Runs an experiment up to a stage: the lens's, or one that the user picks from the plan. */
export const runStage: Command = {
  id: 'lookalike.runStage',
  async run(services, argument) {
    const uri = experimentOf(argument)?.toString();
    if (!uri || textOf(argument, 'stage') !== undefined) return run.run(services, argument);
    const plan = await services.server.request('plan', { uri });
    if (!plan.ok) return showProblem(plan.problem);
    const stages = [...new Set(plan.value.map(({ stage }) => stage))];
    const stage = await vscode.window.showQuickPick(stages, { title: 'Run up to and including this stage' });
    if (stage) await run.run(services, { uri, stage });
  },
};
