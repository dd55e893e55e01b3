import * as vscode from 'vscode';
import { EXPERIMENTS } from '../names.js';
import { showProblem } from '../runs/show-problem.js';
import { startRun } from '../runs/start-run.js';
import type { Command } from './command.js';
import { newExperiment } from './new-experiment.js';
import { experimentOf, textOf } from './targets.js';

/** Runs the experiment as it stands in the editor, saved or not; where none is open, one of the workspace. */
export const run: Command = {
  id: 'lookalike.run',
  async run(services, argument) {
    const uri = experimentOf(argument) ?? (await experimentOfWorkspace());
    if (uri === 'new') return newExperiment.run(services);
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

/** The only one, or the one that the user picks, shown beside what is asked for; `new` where there is none yet. */
async function experimentOfWorkspace(): Promise<vscode.Uri | 'new' | undefined> {
  const found = await vscode.workspace.findFiles(EXPERIMENTS);
  if (found.length === 0) {
    const make = 'New Experiment';
    return (await vscode.window.showInformationMessage('There is no experiment here yet.', make)) ? 'new' : undefined;
  }
  const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const picked =
    items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title: 'Experiment to run' });
  if (picked) await vscode.window.showTextDocument(picked.uri);
  return picked?.uri;
}
