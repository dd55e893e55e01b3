import * as vscode from 'vscode';
import { SEARCH_PANEL } from '../names.js';
import type { Permissions } from '../runs/permissions.js';
import type { LanguageServer } from '../server/language-server.js';
import { PhotographRoots } from './photograph-roots.js';

/** The open search panels, one for each experiment. */
export class SearchPanels implements vscode.Disposable {
  private readonly open = new Map<string, vscode.WebviewPanel>();
  private readonly restoring: vscode.Disposable;
  private readonly roots: PhotographRoots;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly server: LanguageServer,
    private readonly permissions: Permissions,
    state: vscode.Memento,
  ) {
    this.roots = new PhotographRoots(state);
    this.restoring = vscode.window.registerWebviewPanelSerializer(SEARCH_PANEL, {
      deserializeWebviewPanel: async (panel, kept) => {
        const { experimentKept } = await import('./search-panel.js');
        const uri = experimentKept(kept);
        if (uri) await this.adopt(panel, { uri, open: false });
        else panel.dispose();
      },
    });
  }

  /** Opens the images of an experiment to be searched; a panel that does so already comes to the front. */
  show(uri: string): void {
    const shown = this.open.get(uri);
    if (shown) shown.reveal();
    else void this.adopt(newPanel(), { uri, open: true });
  }

  dispose(): void {
    this.restoring.dispose();
    for (const panel of this.open.values()) panel.dispose();
  }

  /** What fills a panel is loaded when there is one. */
  private async adopt(panel: vscode.WebviewPanel, asked: { readonly uri: string; readonly open: boolean }) {
    this.open.set(asked.uri, panel);
    panel.onDidDispose(() => this.open.delete(asked.uri));
    const { fillSearchPanel } = await import('./search-panel.js');
    const { extension, server, permissions, roots } = this;
    fillSearchPanel(panel, asked, { extension, server, permissions, roots });
  }
}

/** Beside the file that is edited. */
function newPanel(): vscode.WebviewPanel {
  const column = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
  return vscode.window.createWebviewPanel(SEARCH_PANEL, 'Search', column);
}
