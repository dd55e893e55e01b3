import * as vscode from 'vscode';
import { TASK } from '../names.js';
import type { Services } from '../services.js';

/** Tasks that run experiments by the command line in a terminal; loaded when VS Code asks for tasks. */
export function runTasks({ extension }: Services): vscode.Disposable {
  const cli = extension.asAbsolutePath('bin/lookalike.mjs');
  const tasks = () => import('../tasks/experiment-tasks.js');
  return vscode.tasks.registerTaskProvider(TASK, {
    provideTasks: async () => (await tasks()).experimentTasks(cli),
    resolveTask: async (task) => (await tasks()).definedTask(task, cli),
  });
}
