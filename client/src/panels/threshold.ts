import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { RequestParams } from '../../../server/src/protocol/lsp.js';
import { showProblem } from '../runs/show-problem.js';
import type { LanguageServer } from '../server/language-server.js';

/** A file's bytes in memory of their own, which can be sent to a page. */
export async function bytesOf(file: string): Promise<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = await readFile(file);
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

/** Sets the threshold in the file that a run was made of, which can be undone there, and shows the place. */
export async function writeThreshold(server: LanguageServer, asked: RequestParams<'setThreshold'>): Promise<void> {
  const found = await server.request('setThreshold', asked);
  if (!found.ok) return showProblem(found.problem);
  const { range, newText } = found.value;
  const uri = vscode.Uri.parse(found.value.uri);
  const edit = new vscode.WorkspaceEdit();
  const { start, end } = range;
  edit.replace(uri, new vscode.Range(start.line, start.character, end.line, end.character), newText);
  await vscode.workspace.applyEdit(edit);
  const selection = new vscode.Range(start.line, start.character, start.line, start.character + newText.length);
  const open = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const viewColumn = open?.viewColumn ?? vscode.ViewColumn.Beside;
  await vscode.window.showTextDocument(uri, { selection, viewColumn });
}
