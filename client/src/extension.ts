import * as vscode from 'vscode';
import { commands } from './commands/all.js';
import { PhotographRoots } from './panels/photograph-roots.js';
import { resultsPanels } from './panels/results-panels.js';
import { runsPanels } from './panels/runs-panels.js';
import { searchPanels } from './panels/search-panels.js';
import { Permissions } from './runs/permissions.js';
import { RunList } from './runs/run-list.js';
import { showProblem } from './runs/show-problem.js';
import { LanguageServer } from './server/language-server.js';
import type { Services } from './services.js';
import { fileDecorations } from './views/decorations.js';
import { runEnds, unseenEnds } from './views/run-ends.js';
import { runsTree } from './views/runs-tree.js';
import { statusBar } from './views/status-bar.js';
import { runTasks } from './views/tasks.js';
import { expectTests } from './views/testing.js';

const VIEWS = [runsTree, statusBar, runEnds, unseenEnds, fileDecorations, expectTests, runTasks];

/** VS Code calls it once, when package.json says so. */
export function activate(extension: vscode.ExtensionContext): void {
  const services = createServices(extension);
  const { server, runs, panels, searches, tables, log } = services;
  extension.subscriptions.push(
    ...[log, server, runs, panels, searches, tables],
    ...VIEWS.map((view) => view(services)),
    ...commands.map(({ id, run }) => vscode.commands.registerCommand(id, (...args) => run(services, ...args))),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.grantTrust()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('lookalike.plugins')) void server.restart();
    }),
  );
  // Not awaited: the editor need not wait for the server's process.
  void server.start().catch((error) => {
    log.error(error);
    return showProblem({ code: 'server-unavailable', message: 'The Lookalike language server did not start.' });
  });
}

function createServices(extension: vscode.ExtensionContext): Services {
  const log = vscode.window.createOutputChannel('Lookalike', { log: true });
  const server = new LanguageServer(extension.asAbsolutePath('dist/server.js'), log);
  const runs = new RunList(server);
  const permissions = new Permissions(extension.workspaceState);
  const shown = { extension: extension.extensionUri, server, roots: new PhotographRoots(extension.workspaceState) };
  const panels = resultsPanels({ ...shown, runs });
  const searches = searchPanels({ ...shown, permissions });
  const tables = runsPanels({ ...shown, runs, permissions, panels });
  return { extension, log, server, runs, permissions, panels, searches, tables };
}
