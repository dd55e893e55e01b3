import * as vscode from 'vscode';
import { EXPERIMENTS, PRIVATE } from '../names.js';
import { showProblem } from '../runs/show-problem.js';
import type { Services } from '../services.js';
import type { Command } from './command.js';

/** Removes every embedding, cache and run of the workspace's experiments, after a question. */
export const purge: Command = {
  id: 'lookalike.purge',
  async run(services) {
    const experiments = await experimentsOf(services);
    if (experiments.length === 0) {
      await vscode.window.showInformationMessage('Nothing is kept here: there is no experiment, and none was run.');
      return;
    }
    if (!(await confirmed(experiments))) return;
    const removed = new Set<string>();
    for (const uri of experiments) {
      const purged = await services.server.request('purge', { uri });
      if (!purged.ok) return showProblem(purged.problem);
      removed.add(purged.value.removed);
    }
    await services.runs.refresh();
    await vscode.window.showInformationMessage(`Removed: ${[...removed].join(', ') || 'nothing was there'}`);
  },
};

/** Those that are there, and those that runs were made of: several may share one private folder. */
async function experimentsOf({ runs }: Services): Promise<string[]> {
  const files = await vscode.workspace.findFiles(EXPERIMENTS, PRIVATE);
  return [...new Set([...files.map(String), ...runs.all().map(({ uri }) => uri)])];
}

async function confirmed(experiments: readonly string[]): Promise<boolean> {
  const shared = experiments.length === 1 ? 'this experiment' : `these ${experiments.length} experiments`;
  const files = experiments.map((uri) => vscode.Uri.parse(uri).fsPath).slice(0, MOST_NAMED);
  const detail = `The private folder .lookalike of ${shared} is removed for good: every embedding, cache and run in it.\n\n${files.join('\n')}`;
  const answer = await vscode.window.showWarningMessage('Purge private data?', { modal: true, detail }, KEEP, PURGE);
  return answer === PURGE;
}
/** What stands first is what Enter presses. */
const KEEP: vscode.MessageItem = { title: 'Keep', isCloseAffordance: true };
const PURGE: vscode.MessageItem = { title: 'Purge' };
const MOST_NAMED = 12;
