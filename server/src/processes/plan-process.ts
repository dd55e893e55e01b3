import { fail, type Result } from '../protocol/errors.js';
import type { PlannedWork } from '../protocol/lsp.js';
import { type PlanRequest, planAnswerSchema } from '../protocol/runner.js';
import { forkRunner } from './fork-runner.js';

/** A data set that takes longer to list costs more to plan than the plan is worth. */
const LONGEST_MS = 60_000;

/**
 * What a run would do and cost, worked out in a process of its own: listing a data set may take seconds, and its
 * plugin may be a third party's. Problems: those of listing the data set, `plan-cancelled`, `plan-failed`.
 */
export function planInProcess(request: PlanRequest, signal: AbortSignal): Promise<Result<PlannedWork[]>> {
  const child = forkRunner();
  const overtaken = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  const kill = () => child.kill('SIGKILL');
  overtaken.addEventListener('abort', kill);
  child.stdout?.resume();
  child.stderr?.resume();
  return new Promise<Result<PlannedWork[]>>((resolve) => {
    child.once('message', (message) => resolve(resultOf(message)));
    child.once('error', (error) => resolve(fail('plan-failed', `The planner did not start: ${error.message}`)));
    child.once('exit', () => resolve(signal.aborted ? cancelled() : unanswered(request)));
    child.send(request, () => undefined);
  }).finally(() => {
    overtaken.removeEventListener('abort', kill);
    kill();
  });
}

function resultOf(message: unknown): Result<PlannedWork[]> {
  const { data } = planAnswerSchema.safeParse(message);
  if (!data) return fail('plan-failed', 'The planner answered with something else than a plan');
  return data.type === 'planned' ? { ok: true, value: data.planned } : { ok: false, problem: data.problem };
}

function cancelled(): Result<never> {
  return fail('plan-cancelled', 'The file was changed before its plan was known');
}

function unanswered({ file }: PlanRequest): Result<never> {
  return fail('plan-failed', `The planner of ${file} ended without an answer`);
}
