import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { extension } from './extension.js';

/** In milliseconds, measured in the extension host from the moment that VS Code has decided to activate. */
export interface StartTimes {
  /** Until `activate` returns, with the loading of the bundle. */
  readonly activation: number;
  /** Until the language server, which is started by it, has given the first code lens. */
  readonly firstLens: number;
}

/** Run once in a window that no experiment has been opened in; writes `StartTimes` to `$LOOKALIKE_HOST_REPORT`. */
export async function run(): Promise<void> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, 'plain.yaml'));
  const began = performance.now();
  await extension().activate();
  const activation = performance.now() - began;
  const experiment = await vscode.languages.setTextDocumentLanguage(document, 'lookalike-experiment');
  while ((await lensesOf(experiment.uri)).length === 0);
  const times: StartTimes = { activation, firstLens: performance.now() - began };
  writeFileSync(process.env.LOOKALIKE_HOST_REPORT as string, JSON.stringify(times));
}

function lensesOf(uri: vscode.Uri): Thenable<vscode.CodeLens[]> {
  return vscode.commands.executeCommand('vscode.executeCodeLensProvider', uri);
}
