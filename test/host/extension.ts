import * as vscode from 'vscode';

/** This extension, from its source, where it has the name of npm's package, or installed. */
export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.all.find(({ packageJSON }) => packageJSON.publisher === 'lookalike');
  if (!found) throw new Error('The extension is not there');
  return found;
}

/** An experiment file of the open workspace, with this text. */
export async function openExperiment(name: string, text: string): Promise<vscode.TextDocument> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const uri = vscode.Uri.joinPath(folder.uri, name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

/** Resolves when `look` gives something; `signal` says when it is worth looking again. */
export function until<T>(look: () => T | undefined, signal: (again: () => void) => vscode.Disposable): Promise<T> {
  const now = look();
  if (now !== undefined) return Promise.resolve(now);
  return new Promise((resolve) => {
    const listening = signal(() => {
      const found = look();
      if (found === undefined) return;
      listening.dispose();
      resolve(found);
    });
  });
}
