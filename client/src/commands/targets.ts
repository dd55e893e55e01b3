import * as vscode from 'vscode';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import { EXPERIMENTS, LANGUAGE, PRIVATE } from '../names.js';
import { headlineOf, STATUS, settingsOf, timeOf } from '../runs/describe-run.js';
import type { Services } from '../services.js';

/** A text in what a command was called with, which is of any shape. */
export function textOf(argument: unknown, name: string): string | undefined {
  const value: unknown = Object(argument)[name];
  return typeof value === 'string' ? value : undefined;
}

/** The experiment that a command is about: what a code lens or a menu names, else the one in the active editor. */
export function experimentOf(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  const uri = textOf(argument, 'uri');
  if (uri !== undefined) return vscode.Uri.parse(uri);
  const { document } = vscode.window.activeTextEditor ?? {};
  return document?.languageId === LANGUAGE ? document.uri : undefined;
}

/** The only one, or the one that the user picks, shown beside what is asked for; where there is none, a new one is offered. */
export async function experimentOfWorkspace(title: string): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(EXPERIMENTS, PRIVATE);
  if (found.length === 0) {
    const make = 'New Experiment';
    const chosen = await vscode.window.showInformationMessage('There is no experiment here yet.', make);
    if (chosen) await vscode.commands.executeCommand('lookalike.newExperiment');
    return undefined;
  }
  const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const picked = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title });
  if (picked) await vscode.window.showTextDocument(picked.uri);
  return picked?.uri;
}

/** The run that a command is about: what a tree item or a code lens names, else the one the user picks. */
export async function runOf(services: Services, argument: unknown, title: string): Promise<RunSummary | undefined> {
  const folder = textOf(argument, 'folder');
  if (folder !== undefined) return services.runs.get(folder);
  const runs = ofOpenExperiment(services);
  if (runs.length === 0) return nothingWasRun();
  if (runs.length === 1) return runs[0];
  const picked = await vscode.window.showQuickPick(runs.map(pickOf), { title, ...PICKING });
  return picked?.run;
}

async function nothingWasRun(): Promise<undefined> {
  const run = 'Run Experiment';
  const chosen = await vscode.window.showInformationMessage('No experiment has been run here yet.', run);
  if (chosen) await vscode.commands.executeCommand('lookalike.run');
}

/** Those of the experiment in the active editor, where it has any. */
function ofOpenExperiment({ runs }: Services): RunSummary[] {
  const own = runs.of(experimentOf(undefined)?.fsPath ?? '');
  return own.length > 0 ? own : runs.all();
}

/** At least two, of which the first is what the others are compared with. */
export async function runsToCompare(services: Services, first: RunSummary | undefined, most: number) {
  const items = services.runs.all().map((run) => ({ ...pickOf(run), picked: run.folder === first?.folder }));
  const picked = await vscode.window.showQuickPick(items, {
    title: `Runs to compare, ${most} at the most`,
    canPickMany: true,
    ...PICKING,
  });
  const runs = picked?.map(({ run }) => run) ?? [];
  return first ? [first, ...runs.filter(({ folder }) => folder !== first.folder)] : runs;
}

const PICKING = { matchOnDescription: true, matchOnDetail: true, placeHolder: 'A run, newest first' };

function pickOf(run: RunSummary) {
  const { icon, word } = STATUS[run.status];
  const label = `$(${icon}) ${[timeOf(run), settingsOf(run)].filter(Boolean).join(' · ')}`;
  return { run, label, description: `${run.name}, ${word}`, detail: headlineOf(run) };
}
