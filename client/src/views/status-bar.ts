import * as vscode from 'vscode';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import { RUNS_VIEW } from '../names.js';
import { activityOf, leftText, percentDone, shareDone, titleOf } from '../runs/describe-run.js';
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
      const going = running.filter(({ waiting }) => waiting === 0);
      const waiting = running.length - going.length;
      const shares = going.map((run) => percentDone(shareDone(run))).slice(0, MOST_SHARES);
      const more = going.length > MOST_SHARES ? ['…'] : [];
      const left = timeLeft(going);
      const parts = [...shares, ...more, ...(waiting > 0 ? [`${waiting} waiting`] : []), ...(left ? [left] : [])];
      item.text = `$(sync~spin) Lookalike ${parts.join(' · ')}`;
      item.tooltip = running.map((run) => `${titleOf(run)}: ${activityOf(run)}`).join('\n');
    }
    if (any) item.show();
    else item.hide();
  };
  update();
  return vscode.Disposable.from(item, runs.onChanged(update));
}

/** Of the one run that goes on; of several at once none knows how the others slow it down. */
function timeLeft(going: readonly RunSummary[]): string | undefined {
  const [only, ...others] = going;
  const seconds = others.length === 0 ? only?.progress?.secondsLeft : undefined;
  return seconds === null || seconds === undefined ? undefined : leftText(seconds);
}

/** Of more runs at once the tooltip tells. */
const MOST_SHARES = 3;
