import * as vscode from 'vscode';
import type { Template } from '../../../server/src/protocol/lsp.js';
import { showProblem } from '../runs/show-problem.js';
import type { Command } from './command.js';

const ENDING = /\.experiment\.ya?ml$/;

/** Writes a new experiment from a template and opens it. */
export const newExperiment: Command = {
  id: 'lookalike.newExperiment',
  async run({ server }) {
    const templates = await server.request('templates', {});
    if (!templates.ok) return showProblem(templates.problem);
    const template = await pickTemplate(templates.value);
    const uri = template && (await askWhere(template));
    if (!uri) return;
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(template.text));
    await vscode.window.showTextDocument(uri);
  },
};

async function pickTemplate(templates: readonly Template[]): Promise<Template | undefined> {
  const items = templates.map((template) => ({ label: template.name, detail: template.description, template }));
  const title = 'New experiment';
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'A template', matchOnDetail: true }))
    ?.template;
}

/** A name in the workspace; where there is none, a place on the disk. */
async function askWhere({ fileName }: Template): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder) return vscode.window.showSaveDialog({ filters: { Experiment: ['experiment.yaml'] } });
  const names = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name));
  const name = await vscode.window.showInputBox({
    title: 'Name of the new experiment file',
    value: fileName,
    valueSelection: [0, fileName.search(ENDING)],
    validateInput: (text) => faultOf(text, names),
  });
  return name === undefined ? undefined : vscode.Uri.joinPath(folder, name);
}

function faultOf(name: string, taken: ReadonlySet<string>): string | undefined {
  if (!ENDING.test(name)) return 'The name ends with .experiment.yaml';
  if (/[\\/:*?"<>|]/.test(name)) return 'The name is that of a file, without a folder';
  return taken.has(name) ? `${name} is there already` : undefined;
}
