import * as vscode from 'vscode';
import type { RunSummary } from '../../../server/src/protocol/run-state.js';
import { activityOf, headlineOf, shareDone } from '../runs/describe-run.js';
import { isRunning } from '../runs/run-list.js';
import { showProblem } from '../runs/show-problem.js';
import type { Services } from '../services.js';

/** A notification for each run that this window's server started: how far it is, a way to cancel, and how it ended. */
export function runProgress(services: Services): vscode.Disposable {
  const shown = new Set<string>();
  return services.runs.onChanged((run) => {
    if (!run?.own || !isRunning(run) || shown.has(run.folder)) return;
    shown.add(run.folder);
    void follow(services, run);
  });
}

async function follow(services: Services, run: RunSummary): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title: run.name, cancellable: true };
  const ended = await vscode.window.withProgress(options, (progress, cancelled) => {
    cancelled.onCancellationRequested(() => services.server.request('cancelRun', { runId: run.id }));
    let reported = 0;
    const report = (now: RunSummary) => {
      const done = 100 * shareDone(now);
      progress.report({ message: activityOf(now), increment: Math.max(0, done - reported) });
      reported = Math.max(reported, done);
    };
    report(run);
    const listening = services.runs.onChanged((now) => now?.folder === run.folder && report(now));
    return services.runs.ended(run.folder).finally(() => listening.dispose());
  });
  await sayHowItEnded(services, ended);
}

async function sayHowItEnded({ panels, log }: Services, run: RunSummary): Promise<void> {
  log.info(`${run.name} (${run.id}): ${run.status}`);
  for (const warning of run.warnings) log.warn(`${run.name}: ${warning.message}`);
  if (run.problem && run.status !== 'cancelled') {
    log.error(`${run.name}: ${run.problem.code}: ${run.problem.message}`);
    return showProblem(run.problem, `“${run.name}” failed.`);
  }
  const show = await vscode.window.showInformationMessage(endOf(run), 'Show Results');
  if (show) panels.show([run.folder]);
}

function endOf(run: RunSummary): string {
  if (run.status === 'cancelled') return `“${run.name}” was cancelled. What was finished is kept: run it to go on.`;
  return [`“${run.name}” is done.`, headlineOf(run)].filter(Boolean).join(' ');
}
