import * as vscode from 'vscode';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import { fileNamePrefix } from '../../../server/src/protocol/runs/saved-name.js';
import { askPhotographs } from '../panels/save-file.js';
import { showProblem } from '../runs/show-problem.js';
import type { Services } from '../services.js';
import type { Command } from './command.js';
import { runOf } from './targets.js';

/** Writes a run as one self-contained HTML file, where the user wants it. */
export const exportReport: Command = {
  id: 'lookalike.exportReport',
  async run(services, argument) {
    const run = await runOf(services, argument, 'Report of which run?');
    if (run) await saveReport(services, run);
  },
};

async function saveReport({ server }: Services, run: RunSummary): Promise<void> {
  const photographs = await askPhotographs();
  if (photographs === undefined) return;
  const written = await server.request('writeReport', { folder: run.folder, photographs });
  if (!written.ok) return showProblem(written.problem);
  const defaultUri = vscode.Uri.joinPath(vscode.Uri.file(run.file), '..', `${fileNamePrefix(run.name, run.id)}.html`);
  const target = await vscode.window.showSaveDialog({ defaultUri, filters: { HTML: ['html'] } });
  if (!target) return;
  await vscode.workspace.fs.copy(vscode.Uri.file(written.value.file), target, { overwrite: true });
  const open = await vscode.window.showInformationMessage(`The report is in ${target.fsPath}.`, 'Open');
  if (open) await vscode.env.openExternal(target);
}
