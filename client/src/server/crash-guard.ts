import * as vscode from 'vscode';
import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
  type ErrorHandlerResult,
} from 'vscode-languageclient/node';

const CRASHES_BORNE = 4;
const WITHIN_MS = 3 * 60_000;

/** Starts a server that crashed again, until the fifth time in three minutes; then it is the user's turn. */
export class CrashGuard implements ErrorHandler {
  private crashes: number[] = [];

  constructor(private readonly restart: () => Promise<void>) {}

  error(): ErrorHandlerResult {
    return { action: ErrorAction.Continue };
  }

  closed(): CloseHandlerResult {
    const now = Date.now();
    this.crashes = [...this.crashes.filter((time) => now - time < WITHIN_MS), now];
    if (this.crashes.length <= CRASHES_BORNE) return { action: CloseAction.Restart, handled: true };
    void this.giveUp();
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  private async giveUp(): Promise<void> {
    const message = `The Lookalike language server crashed ${this.crashes.length} times in three minutes. Files are not checked until it is started again; finished runs are kept.`;
    const chosen = await vscode.window.showErrorMessage(message, 'Restart', 'Show Log');
    if (chosen === 'Show Log') await vscode.commands.executeCommand('lookalike.showLog');
    if (chosen !== 'Restart') return;
    this.crashes = [];
    await this.restart();
  }
}
