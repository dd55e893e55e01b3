import * as vscode from 'vscode';
import { counted } from '../../../server/src/protocol/figure-text.js';
import type { LanguageServer } from '../server/language-server.js';
import { showProblem } from './show-problem.js';

/** A run that is to be removed, and what it is called in the question. */
export interface Removed {
  readonly folder: string;
  readonly name: string;
}

const MOST_NAMED = 10;

/** Removes the folders of runs after a question; what they computed stays in the cache. */
export async function removeRuns(server: LanguageServer, runs: readonly Removed[]): Promise<void> {
  const [first, ...others] = runs;
  if (!first) return;
  const question =
    others.length === 0 ? `Delete the run of “${first.name}”?` : `Delete ${counted(runs.length, 'run')}?`;
  const named = runs.slice(0, MOST_NAMED).map(({ folder }) => folder);
  const more = runs.length > MOST_NAMED ? [`and ${runs.length - MOST_NAMED} more`] : [];
  const detail = `Results and records are removed; what was computed stays in the cache.\n\n${[...named, ...more].join('\n')}`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Delete')) !== 'Delete') return;
  for (const { folder } of runs) {
    const deleted = await server.request('deleteRun', { folder });
    if (!deleted.ok) await showProblem(deleted.problem);
  }
}
