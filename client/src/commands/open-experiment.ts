import * as vscode from 'vscode';
import { fail } from '../../../server/src/protocol/errors.js';
import { showProblem } from '../runs/show-problem.js';
import type { Command } from './command.js';
import { runOf } from './targets.js';

/** Opens the file that a run was made of; it may have been renamed since. */
export const openExperiment: Command = {
  id: 'lookalike.openExperiment',
  async run(services, argument) {
    const run = await runOf(services, argument, 'Experiment of which run?');
    if (!run) return;
    const uri = vscode.Uri.file(run.file);
    const there = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (there) await vscode.window.showTextDocument(uri);
    else await showProblem(gone(run.file));
  },
};

function gone(file: string) {
  const hint = 'It was moved or removed since; the run’s results show the file as it was.';
  return fail('experiment-missing', `${file} is not there.`, { hint }).problem;
}
