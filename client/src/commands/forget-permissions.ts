import * as vscode from 'vscode';
import type { Command } from './command.js';

/** From now on the user is asked again. */
export const forgetPermissions: Command = {
  id: 'lookalike.forgetPermissions',
  async run({ permissions }) {
    await permissions.forget();
    await vscode.window.showInformationMessage('Lookalike asks again before it sends photographs or runs programs.');
  },
};
