import * as vscode from 'vscode';
import { RESULTS_PANEL } from '../names.js';
import type { RunList } from '../runs/run-list.js';
import type { LanguageServer } from '../server/language-server.js';
import { PhotographRoots } from './photograph-roots.js';

/** The open panels, one for each set of runs. */
export class ResultsPanels implements vscode.Disposable {
  private readonly open = new Map<string, vscode.WebviewPanel>();
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
        const { foldersKept } = await import('./results-panel.js');
        const folders = foldersKept(kept);
        if (folders) await this.adopt(panel, folders);
        else panel.dispose();
      },
    });
  }

  /** Shows the first folder's run, with the others beside it; a panel that does so already comes to the front. */
  show(folders: readonly string[]): void {
    const shown = this.open.get(keyOf(folders));
    if (shown) shown.reveal();
    else void this.adopt(newPanel(), folders);
  }

  dispose(): void {
    this.restoring.dispose();
    for (const panel of this.open.values()) panel.dispose();
  }

  /** What fills a panel is loaded when there is one. */
  private async adopt(panel: vscode.WebviewPanel, folders: readonly string[]): Promise<void> {
    const key = keyOf(folders);
    this.open.set(key, panel);
    panel.onDidDispose(() => this.open.delete(key));
    const { fillPanel } = await import('./results-panel.js');
    const { extension, server, runs, roots } = this;
    fillPanel(panel, folders, { extension, server, runs, roots });
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
