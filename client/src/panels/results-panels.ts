import * as vscode from 'vscode';
import { z } from 'zod';
import { RESULTS_PANEL } from '../names.js';
import type { RunList } from '../runs/run-list.js';
import type { LanguageServer } from '../server/language-server.js';
import { PhotographRoots } from './photograph-roots.js';
import { ResultsPanel } from './results-panel.js';

/** What a page keeps of itself while VS Code is closed: which runs it shows. */
const keptSchema = z.object({ folders: z.array(z.string()).min(1) });

/** The open panels, one for each set of runs. */
export class ResultsPanels implements vscode.Disposable {
  private readonly open = new Map<string, ResultsPanel>();
  private readonly restoring: vscode.Disposable;
  private readonly roots: PhotographRoots;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly server: LanguageServer,
    private readonly runs: RunList,
    state: vscode.Memento,
  ) {
    this.roots = new PhotographRoots(state);
    this.restoring = vscode.window.registerWebviewPanelSerializer(RESULTS_PANEL, {
      deserializeWebviewPanel: async (panel, kept) => {
        const { data } = keptSchema.safeParse(kept);
        if (data) this.adopt(panel, data.folders);
        else panel.dispose();
      },
    });
  }

  /** Shows the first folder's run, with the others beside it; a panel that does so already comes to the front. */
  show(folders: readonly string[]): void {
    const shown = this.open.get(keyOf(folders));
    if (shown) shown.reveal();
    else this.adopt(newPanel(), folders);
  }

  dispose(): void {
    this.restoring.dispose();
    for (const panel of this.open.values()) panel.dispose();
  }

  private adopt(panel: vscode.WebviewPanel, folders: readonly string[]): void {
    const key = keyOf(folders);
    const { extension, server, runs, roots } = this;
    this.open.set(key, new ResultsPanel(panel, folders, { extension, server, runs, roots }));
    panel.onDidDispose(() => this.open.delete(key));
  }
}

/** Beside the file that is edited. */
function newPanel(): vscode.WebviewPanel {
  const column = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
  return vscode.window.createWebviewPanel(RESULTS_PANEL, 'Results', column);
}

function keyOf(folders: readonly string[]): string {
  return JSON.stringify(folders);
}
