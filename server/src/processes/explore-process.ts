import { fail, type Result } from '../protocol/errors.js';
import { type ExploreEvent, type ExploreRequest, exploreEventSchema } from '../protocol/runs/explore/process.js';
import { crashReport } from './crash-report.js';
import { startProcess } from './start-process.js';

type Progress = Extract<ExploreEvent, { type: 'progress' }>;
export type Explored = Exclude<ExploreEvent, { type: 'progress' | 'refused' }>;

/**
 * Works something out of a run's kept embeddings in a process of its own. Problems: `exploring-cancelled`, those of the
 * work, what the process ended for.
 */
export async function exploreInProcess(
  request: ExploreRequest,
  tell: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Result<Explored>> {
  const child = startProcess({ part: 'explore' });
  signal.addEventListener('abort', child.kill);
  if (signal.aborted) child.kill();
  const answered = new Promise<Result<Explored>>((resolve) => {
    child.onMessage((message) => {
      const { data } = exploreEventSchema.safeParse(message);
      if (data?.type === 'progress') tell(data);
      else if (data?.type === 'refused') resolve({ ok: false, problem: data.problem });
      else if (data) resolve({ ok: true, value: data });
    });
    void child.exited.then(async (exit) => {
      if (signal.aborted) return resolve(cancelled());
      const who = 'The process that looks into embeddings';
      resolve({ ok: false, problem: await crashReport({ who, exit, log: child.log }) });
    });
  });
  child.send(request);
  const answer = await answered;
  signal.removeEventListener('abort', child.kill);
  child.kill();
  child.forgetLog();
  return answer;
}

function cancelled(): Result<never> {
  return fail('exploring-cancelled', 'This was stopped before it was known', { hint: 'Ask for it again.' });
}
