import * as vscode from 'vscode';
import { z } from 'zod';
import type { RunSummary } from '../../../server/src/protocol/run-state.js';
import { activityOf } from '../runs/describe-run.js';
import { showProblem } from '../runs/show-problem.js';
import type { Services } from '../services.js';
import type { Command } from './command.js';

const named = z.object({ runId: z.string() });
const ofTree = z.object({ folder: z.string() });

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
  const lens = named.safeParse(argument);
  if (lens.success) return lens.data.runId;
  const item = ofTree.safeParse(argument);
  if (item.success) return services.runs.get(item.data.folder)?.id;
  const own = services.runs.running().filter((run) => run.own);
  return own.length < 2 ? own[0]?.id : pick(own);
}

async function pick(runs: readonly RunSummary[]): Promise<string | undefined> {
  const items = runs.map((run) => ({ label: run.name, description: activityOf(run), id: run.id }));
  return (await vscode.window.showQuickPick(items, { title: 'Run to cancel' }))?.id;
}
