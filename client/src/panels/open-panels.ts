import * as vscode from 'vscode';

/** A kind of panel, each of which shows what was asked for. */
export interface PanelKind<Asked> {
  readonly viewType: string;
  /** Of a panel that is not filled yet. */
  readonly title: string;
  /** What is asked for by the same key is shown in one panel. */
  keyOf(asked: Asked): string;
  /** From what its page kept while VS Code was closed; undefined where that says nothing. */
  restored(kept: unknown): Promise<Asked | undefined>;
  fill(panel: vscode.WebviewPanel, asked: Asked): Promise<void>;
  /** The folder of the extension. */
  readonly extension: vscode.Uri;
}

/** What a page may load: the extension's own code, and the folders of the photographs that it shows. */
export function pageOptions(extension: vscode.Uri, photographs: readonly vscode.Uri[] = []): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extension, 'dist/panel'), ...photographs] };
}

/** The open panels of a kind, those included that VS Code restores. */
export class OpenPanels<Asked> implements vscode.Disposable {
  private readonly open = new Map<string, vscode.WebviewPanel>();
  private readonly restoring: vscode.Disposable;

  constructor(private readonly kind: PanelKind<Asked>) {
    this.restoring = vscode.window.registerWebviewPanelSerializer(kind.viewType, {
      deserializeWebviewPanel: async (panel, kept) => {
        const asked = await kind.restored(kept);
        if (asked) await this.adopt(panel, asked);
        else panel.dispose();
      },
    });
  }

  /** A panel that shows it already comes to the front. */
  show(asked: Asked): void {
    const shown = this.open.get(this.kind.keyOf(asked));
    if (shown) shown.reveal();
    else void this.adopt(this.newPanel(), asked);
  }

  dispose(): void {
    this.restoring.dispose();
    for (const panel of this.open.values()) panel.dispose();
  }

  private adopt(panel: vscode.WebviewPanel, asked: Asked): Promise<void> {
    const key = this.kind.keyOf(asked);
    this.open.set(key, panel);
    panel.onDidDispose(() => this.open.delete(key));
    return this.kind.fill(panel, asked);
  }

  /** Beside the file that is edited. With its options from the beginning: VS Code loads a page anew when they change. */
  private newPanel(): vscode.WebviewPanel {
    const { viewType, title, extension } = this.kind;
    const column = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    return vscode.window.createWebviewPanel(viewType, title, column, pageOptions(extension));
  }
}
