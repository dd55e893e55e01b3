import * as vscode from 'vscode';
import { z } from 'zod';
import type { RunSummary } from '../../../server/src/protocol/run-state.js';
import { LANGUAGE } from '../names.js';
import { headlineOf, STATUS } from '../runs/describe-run.js';
import type { Services } from '../services.js';

const ofLens = z.object({ uri: z.string() });
const ofRun = z.object({ folder: z.string() });

/** The experiment that a command is about: what a code lens or a menu names, else the one in the active editor. */
export function experimentOf(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  const lens = ofLens.safeParse(argument);
  if (lens.success) return vscode.Uri.parse(lens.data.uri);
  const { document } = vscode.window.activeTextEditor ?? {};
  return document?.languageId === LANGUAGE ? document.uri : undefined;
}

/** The run that a command is about: what a tree item or a code lens names, else the one the user picks. */
export async function runOf(services: Services, argument: unknown, title: string): Promise<RunSummary | undefined> {
  const named = ofRun.safeParse(argument);
  if (named.success) return services.runs.get(named.data.folder);
  const picked = await vscode.window.showQuickPick(services.runs.all().map(pickOf), { title, ...PICKING });
  return picked?.run;
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
  const started = new Date(run.startedAt).toLocaleString();
  return { run, label: `$(${icon}) ${run.name}`, description: `${word}, ${started}`, detail: headlineOf(run) };
}
