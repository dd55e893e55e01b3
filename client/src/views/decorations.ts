import * as vscode from 'vscode';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import { isRunning } from '../runs/run-list.js';
import type { Services } from '../services.js';

/** Marks experiment files in the explorer whose latest run is going on, failed, or is older than the file. */
export function fileDecorations({ runs }: Services): vscode.Disposable {
  const provider = new RunDecorations((file) => runs.of(file)[0]);
  const saved = vscode.workspace.onDidSaveTextDocument(({ uri }) => provider.changed.fire(uri));
  const listening = runs.onChanged((run) => provider.changed.fire(run ? vscode.Uri.file(run.file) : undefined));
  return vscode.Disposable.from(
    provider.changed,
    saved,
    listening,
    vscode.window.registerFileDecorationProvider(provider),
  );
}

class RunDecorations implements vscode.FileDecorationProvider {
  readonly changed = new vscode.EventEmitter<vscode.Uri | undefined>();
  readonly onDidChangeFileDecorations = this.changed.event;

  constructor(private readonly latest: (file: string) => RunSummary | undefined) {}

  async provideFileDecoration(uri: vscode.Uri): Promise<vscode.FileDecoration | undefined> {
    const run = this.latest(uri.fsPath);
    if (!run) return undefined;
    if (isRunning(run)) return RUNNING;
    if (run.status === 'failed' || run.expect.held < run.expect.of) return FAILED;
    return (await isNewer(uri, run)) ? STALE : undefined;
  }
}

async function isNewer(uri: vscode.Uri, run: RunSummary): Promise<boolean> {
  const file = await vscode.workspace.fs.stat(uri).then(
    (stat) => stat,
    () => undefined,
  );
  return file !== undefined && file.mtime > Date.parse(run.startedAt);
}

const colour = (id: string) => new vscode.ThemeColor(id);
const RUNNING = new vscode.FileDecoration('▶', 'Lookalike: running', colour('charts.blue'));
const FAILED = new vscode.FileDecoration('✕', 'Lookalike: the latest run failed', colour('testing.iconFailed'));
const STALE = new vscode.FileDecoration(
  '○',
  'Lookalike: changed since the latest run',
  colour('descriptionForeground'),
);
