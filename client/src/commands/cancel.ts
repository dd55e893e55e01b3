import * as vscode from 'vscode';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import { activityOf } from '../runs/describe-run.js';
import { showProblem } from '../runs/show-problem.js';
import type { Services } from '../services.js';
import type { Command } from './command.js';
import { textOf } from './targets.js';

/** Cancels a run; what it finished is kept, and the next run goes on from there. */
export const cancel: Command = {
  id: 'lookalike.cancel',
  async run(services, argument) {
    const runId = await runIdOf(services, argument);
    if (!runId) return;
    const cancelled = await services.server.request('cancelRun', { runId });
    if (!cancelled.ok) await showProblem(cancelled.problem);
  },
};

async function runIdOf(services: Services, argument: unknown): Promise<string | undefined> {
  const ofLens = textOf(argument, 'runId');
  if (ofLens !== undefined) return ofLens;
  const folder = textOf(argument, 'folder');
  if (folder !== undefined) return services.runs.get(folder)?.id;
  const running = services.runs.running();
  return running.length < 2 ? running[0]?.id : pick(running);
}

async function pick(runs: readonly RunSummary[]): Promise<string | undefined> {
  const items = runs.map((run) => ({ label: run.name, description: activityOf(run), id: run.id }));
  return (await vscode.window.showQuickPick(items, { title: 'Run to cancel' }))?.id;
}
