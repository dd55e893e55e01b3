import * as vscode from 'vscode';
import { sentences } from '../../../server/src/protocol/errors.js';
import { counted } from '../../../server/src/protocol/figure-text.js';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import { titleOf, variantsDone } from '../runs/describe-run.js';
import { isRunning } from '../runs/run-list.js';
import { showProblem } from '../runs/show-problem.js';
import type { Services } from '../services.js';

/**
 * Tells of the end of each run that an editor started, also one that this window found going on, and of a sweep when the last of
 * its variants has ended. How far they are is in the status bar and in the list of runs, which disturb nobody.
 */
export function runEnds(services: Services): vscode.Disposable {
  const followed = new Set<string>();
  return services.runs.onChanged((run) => {
    if (!run?.own) return;
    if (isRunning(run)) followed.add(run.folder);
    else if (followed.delete(run.folder)) void sayHowItEnded(services, run);
  });
}

async function sayHowItEnded(services: Services, run: RunSummary): Promise<void> {
  const { panels, log } = services;
  log.info(`${run.name} (${run.id}): ${run.status}`);
  for (const warning of run.warnings) log.warn(`${run.name}: ${warning.message}`);
  if (run.problem) log.error(`${run.name}: ${run.problem.code}: ${run.problem.message}`);
  if (run.sweep !== undefined && run.status === 'done') return sayWhereSweepEnded(services, run);
  const isJudged = run.expect.of > 0;
  if (run.problem && run.status !== 'cancelled' && !isJudged)
    return showProblem(run.problem, `“${titleOf(run)}” failed.`);
  const say = run.status === 'done' ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const goOn = run.status === 'done' || isJudged ? [] : ['Go On'];
  const chosen = await say(endOf(run), ...goOn, 'Show Results');
  if (chosen === 'Show Results') panels.show([run.folder]);
  if (chosen === 'Go On') await vscode.commands.executeCommand('lookalike.run', { uri: run.uri });
}

/** One variant after the other is not worth a word. */
async function sayWhereSweepEnded({ runs }: Services, { sweep, name }: RunSummary): Promise<void> {
  const all = runs.all().filter((run) => run.sweep === sweep);
  const { done, of } = variantsDone(all);
  if (done < of) return;
  await vscode.window.showInformationMessage(`All ${counted(of, 'variant')} of “${name}” are done.`);
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
