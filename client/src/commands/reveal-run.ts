import * as vscode from 'vscode';
import type { Command } from './command.js';
import { runOf } from './targets.js';

/** Shows a run's folder in the file manager, or, where there is none, in the explorer. */
export const revealRun: Command = {
  id: 'lookalike.revealRun',
  async run(services, argument) {
    const run = await runOf(services, argument, 'Folder of which run?');
    if (!run) return;
    const command =
      vscode.env.remoteName || vscode.env.uiKind === vscode.UIKind.Web ? 'revealInExplorer' : 'revealFileInOS';
    await vscode.commands.executeCommand(command, vscode.Uri.file(run.folder));
  },
};
