import type * as vscode from 'vscode';
import type { ResultsPanels } from './panels/results-panels.js';
import type { RunsPanels } from './panels/runs-panels.js';
import type { SearchPanels } from './panels/search-panels.js';
import type { Permissions } from './runs/permissions.js';
import type { RunList } from './runs/run-list.js';
import type { LanguageServer } from './server/language-server.js';

/** What commands and views work with. */
export interface Services {
  readonly extension: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly server: LanguageServer;
  readonly runs: RunList;
  readonly permissions: Permissions;
  readonly panels: ResultsPanels;
  readonly searches: SearchPanels;
  readonly tables: RunsPanels;
}
