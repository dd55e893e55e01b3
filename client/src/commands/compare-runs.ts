import * as vscode from 'vscode';
import { z } from 'zod';
import type { RunSummary } from '../../../server/src/protocol/run-state.js';
import { MAX_COMPARED } from '../../../server/src/protocol/webview.js';
import type { Command } from './command.js';
import { runsToCompare } from './targets.js';

const item = z.object({ folder: z.string() });

/** Opens one panel with several runs: those selected in the tree, or those that the user picks. */
export const compareRuns: Command = {
  id: 'lookalike.compareRuns',
  async run(services, argument, selection) {
    const selected = z.array(item).catch([]).parse(selection);
    const known = (folder: string): RunSummary | undefined => services.runs.get(folder);
    const clicked = item.safeParse(argument).data;
    const first = clicked && known(clicked.folder);
    const most = MAX_COMPARED + 1;
    const runs =
      selected.length > 1
        ? selected.flatMap(({ folder }) => known(folder) ?? [])
        : await runsToCompare(services, first, most);
    if (runs.length === 0) return;
    if (runs.length === 1 || runs.length > most) {
      await vscode.window.showInformationMessage(`Pick between 2 and ${most} runs: each gets a colour of its own.`);
      return;
    }
    services.panels.show(runs.map(({ folder }) => folder));
  },
};
