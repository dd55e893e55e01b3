import * as vscode from 'vscode';
import { MAX_COMPARED } from '../../../server/src/protocol/limits.js';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import type { Command } from './command.js';
import { runsToCompare, textOf } from './targets.js';

/** Opens one panel with several runs: those that are named, by their ids or folders, or selected in the tree, or picked. */
export const compareRuns: Command = {
  id: 'lookalike.compareRuns',
  async run(services, argument, selection) {
    const known = (item: unknown): RunSummary | undefined =>
      typeof item === 'string'
        ? (services.runs.get(item) ?? services.runs.byId(item))
        : services.runs.get(textOf(item, 'folder') ?? '');
    const named = [argument, selection].find((items) => Array.isArray(items)) as unknown[] | undefined;
    const selected = (named ?? []).flatMap((item) => known(item) ?? []);
    const first = known(argument);
    const most = MAX_COMPARED + 1;
    const runs = selected.length > 1 ? selected : await runsToCompare(services, first, most);
    if (runs.length === 0) return;
    if (runs.length === 1 || runs.length > most) {
      await vscode.window.showInformationMessage(`Pick between 2 and ${most} runs: each gets a colour of its own.`);
      return;
    }
    services.panels.show(runs.map(({ folder }) => folder));
  },
};
