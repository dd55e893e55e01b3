import * as vscode from 'vscode';
import type { Command } from './command.js';

/** Shows what the extension and its server have to say. */
export const showLog: Command = { id: 'lookalike.showLog', run: ({ log }) => log.show() };

/** Opens what a worker on a cluster wrote before a shard failed: of the lens above a failed stage. */
export const showShardLog: Command = {
  id: 'lookalike.showShardLog',
  async run(_services, argument) {
    const { commands } = await import('../../../server/src/protocol/lsp.js');
    const which = commands.showShardLog.argument.safeParse(argument);
    if (!which.success) return;
    const { file } = which.data;
    await vscode.window.showTextDocument(vscode.Uri.file(file)).then(undefined, () => {
      void vscode.window.showWarningMessage(`There is no ${file}: the task wrote nothing, or the run was deleted.`);
    });
  },
};
