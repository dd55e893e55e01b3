import { fail, type Result } from '../protocol/errors.js';
import type { PlannedWork } from '../protocol/lsp.js';
import { type PlanRequest, planAnswerSchema } from '../protocol/runner.js';
import { startProcess } from './start-process.js';

/** A data set that takes longer to list costs more to plan than the plan is worth. */
const LONGEST_MS = 60_000;

/**
 * What a run would do and cost, worked out in a process of its own: listing a data set may take seconds, and its
 * plugin may be a third party's. Problems: those of listing the data set, `plan-cancelled`, `plan-failed`.
 */
export async function planInProcess(request: PlanRequest, signal: AbortSignal): Promise<Result<PlannedWork[]>> {
  const child = startProcess({ part: 'runner' });
  const overtaken = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  overtaken.addEventListener('abort', child.kill);
  if (overtaken.aborted) child.kill();
  const answered = new Promise<Result<PlannedWork[]>>((resolve) => {
    child.onMessage((message) => resolve(resultOf(message)));
    void child.exited.then(() => resolve(signal.aborted ? cancelled() : unanswered(request)));
  });
  child.send(request);
  const answer = await answered;
  overtaken.removeEventListener('abort', child.kill);
  child.kill();
  child.forgetLog();
  return answer;
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
