import * as vscode from 'vscode';
import { showProblem } from '../runs/show-problem.js';
import type { Command } from './command.js';
import { runOf } from './targets.js';

/** Removes a run's folder after a question; what it computed stays in the cache. */
export const deleteRun: Command = {
  id: 'lookalike.deleteRun',
  async run(services, argument) {
    const run = await runOf(services, argument, 'Delete which run?');
    if (!run) return;
    const detail = `Its results and records are removed; what it computed stays in the cache.\n\n${run.folder}`;
    const question = `Delete the run of “${run.name}”?`;
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Delete')) !== 'Delete') return;
    const deleted = await services.server.request('deleteRun', { folder: run.folder });
    if (!deleted.ok) await showProblem(deleted.problem);
  },
};
