import * as vscode from 'vscode';
import { sentences } from '../../../server/src/protocol/errors.js';
import { counted } from '../../../server/src/protocol/figure-text.js';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import { variantText } from '../../../server/src/protocol/runs/variant.js';
import { activityOf, shareDone } from '../runs/describe-run.js';
import { isRunning } from '../runs/run-list.js';
import { showProblem } from '../runs/show-problem.js';
import type { Services } from '../services.js';

/** A notification for each run that an editor started, also one that this window found going on: how far it is, a way to cancel, and how it ended. */
export function runProgress(services: Services): vscode.Disposable {
  const shown = new Set<string>();
  return services.runs.onChanged((run) => {
    if (!run?.own || !isRunning(run) || shown.has(run.folder)) return;
    shown.add(run.folder);
    void follow(services, run);
  });
}

async function follow(services: Services, run: RunSummary): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title: titleOf(run), cancellable: true };
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

/** Of a variant with its values. */
function titleOf({ name, variant }: RunSummary): string {
  return variant ? `${name}, ${variantText(variant)}` : name;
}

async function sayHowItEnded(services: Services, run: RunSummary): Promise<void> {
  const { panels, log } = services;
  log.info(`${run.name} (${run.id}): ${run.status}`);
  for (const warning of run.warnings) log.warn(`${run.name}: ${warning.message}`);
  if (run.problem) log.error(`${run.name}: ${run.problem.code}: ${run.problem.message}`);
  // Another one follows, mostly: the list of runs and the lens above the matrix say how they are.
  if (run.variant && run.status === 'done') return;
  const isJudged = run.expect.of > 0;
  if (run.problem && run.status !== 'cancelled' && !isJudged)
    return showProblem(run.problem, `“${titleOf(run)}” failed.`);
  const say = run.status === 'done' ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const goOn = run.status === 'done' || isJudged ? [] : ['Go On'];
  const chosen = await say(endOf(run), ...goOn, 'Show Results');
  if (chosen === 'Show Results') panels.show([run.folder]);
  if (chosen === 'Go On') await vscode.commands.executeCommand('lookalike.run', { uri: run.uri });
}

function endOf(run: RunSummary): string {
  if (run.status === 'cancelled') {
    const why = run.problem ? `ended. ${sentences({ message: run.problem.message })}` : 'was cancelled.';
    return `“${titleOf(run)}” ${why} What was finished is kept: run it to go on.`;
  }
  if (run.status === 'interrupted')
    return `“${titleOf(run)}” was interrupted. What was finished is kept: run it to go on.`;
  const judged = run.expect.of > 0 ? `${run.expect.held} of ${counted(run.expect.of, 'expectation')} held.` : '';
  const figures = run.headline.map(({ label, value }) => `${label} ${value}`).join(' · ');
  return [`“${titleOf(run)}” is done.`, judged, figures].filter(Boolean).join(' ');
}

/** Runs that ended while nobody looked: with the window that started them, or with the machine. */
export function unseenEnds(services: Services): vscode.Disposable {
  const { runs, extension } = services;
  const told = new Set(extension.workspaceState.get<string[]>(TOLD, []));
  const look = () => {
    for (const run of newestOfEachFile(runs.all())) {
      const unasked = run.status === 'interrupted' || run.problem?.code === 'stopped-with-editor';
      if (!run.own || !unasked || told.has(run.folder)) continue;
      told.add(run.folder);
      void extension.workspaceState.update(TOLD, [...told].slice(-MOST_TOLD));
      void sayHowItEnded(services, run);
    }
  };
  return runs.onChanged((run) => run ?? look());
}
const TOLD = 'ends-told';
const MOST_TOLD = 100;

function newestOfEachFile(newestFirst: readonly RunSummary[]): RunSummary[] {
  return [...new Map(newestFirst.toReversed().map((run) => [run.file, run])).values()];
}
