import { basename, extname } from 'node:path';
import * as vscode from 'vscode';
import type { SavedFile } from '../../../server/src/protocol/webview.js';

/** Writes a file that a page made, where the user wants it. */
export async function saveFile(file: SavedFile, runFolder: string): Promise<void> {
  const bytes = 'base64' in file ? Buffer.from(file.base64, 'base64') : new TextEncoder().encode(file.text);
  const target = await askWhere(file.name, runFolder);
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, bytes);
  sayWhere(target);
}

/** Copies a file of a run's folder to where the user wants it, by this name unless they choose another. */
export async function saveCopy(file: string, runFolder: string, name = basename(file)): Promise<void> {
  const target = await askWhere(name, runFolder);
  if (!target) return;
  await vscode.workspace.fs.copy(vscode.Uri.file(file), target, { overwrite: true });
  sayWhere(target);
}

/** Writes files into a folder that the user chooses, over those of the same names. */
export async function saveInto(
  files: readonly { readonly name: string; readonly text: string }[],
  runFolder: string,
): Promise<void> {
  const [target] =
    (await vscode.window.showOpenDialog({
      ...{ canSelectFolders: true, canSelectFiles: false, defaultUri: usualFolder(runFolder) },
      openLabel: `Save ${files.length} Files Here`,
    })) ?? [];
  if (!target) return;
  for (const { name, text } of files) {
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(target, name), new TextEncoder().encode(text));
  }
  sayWhere(target);
}

/** Whether a file that may be passed on is to have photographs; undefined where the user wants no file after all. */
export async function askPhotographs(): Promise<boolean | undefined> {
  const without = { label: 'Without photographs', with: false };
  const choices = [
    without,
    { label: 'With photographs', detail: 'Faces are biometric data: think of who will read the file.', with: true },
  ];
  return (await vscode.window.showQuickPick(choices, { title: 'Save the report' }))?.with;
}

/** Nobody waits for the message to be closed. */
function sayWhere(target: vscode.Uri): void {
  void vscode.window.setStatusBarMessage(`$(check) Saved ${target.fsPath}`, SAID_MS);
}
const SAID_MS = 10_000;

/** In the workspace folder first, since a run's own folder is hidden. */
function usualFolder(runFolder: string): vscode.Uri {
  const run = vscode.Uri.file(runFolder);
  return vscode.workspace.getWorkspaceFolder(run)?.uri ?? vscode.workspace.workspaceFolders?.[0]?.uri ?? run;
}

async function askWhere(name: string, runFolder: string): Promise<vscode.Uri | undefined> {
  const folder = usualFolder(runFolder);
  const ending = extname(name).slice(1);
  return vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder, name),
    filters: { [ending.toUpperCase()]: [ending] },
  });
}
