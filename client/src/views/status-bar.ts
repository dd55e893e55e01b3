import * as vscode from 'vscode';
import { RUNS_VIEW } from '../names.js';
import { activityOf, percentDone, shareDone } from '../runs/describe-run.js';
import type { Services } from '../services.js';

/** What is running, and how far it is; absent where nothing was ever run. Sets the contexts that menus ask for. */
export function statusBar({ runs }: Services): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('lookalike.status', vscode.StatusBarAlignment.Left);
  item.name = 'Lookalike';
  item.command = `${RUNS_VIEW}.focus`;
  const update = () => {
    const running = runs.running();
    const any = runs.all().length > 0;
    void vscode.commands.executeCommand('setContext', 'lookalike.running', running.length > 0);
    void vscode.commands.executeCommand('setContext', 'lookalike.hasRuns', any);
    if (running.length === 0) {
      item.text = '$(graph) Lookalike';
      item.tooltip = 'Runs of experiments';
    } else {
      const shares = running.map((run) => percentDone(shareDone(run))).slice(0, MOST_SHARES);
      item.text = `$(sync~spin) Lookalike ${shares.join(' · ')}${running.length > MOST_SHARES ? ' …' : ''}`;
      item.tooltip = running.map((run) => `${run.name}: ${activityOf(run)}`).join('\n');
    }
    if (any) item.show();
    else item.hide();
  };
  update();
  return vscode.Disposable.from(item, runs.onChanged(update));
}

/** Of more runs at once the tooltip tells. */
const MOST_SHARES = 3;
