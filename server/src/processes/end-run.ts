import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from '../protocol/runner.js';
import { afterEvent } from '../protocol/runs/stage-states.js';
import { fateOf } from '../store/process-identity.js';
import { askToCancel, EventLog, isAskedToCancel, LOG, readRequest } from '../store/run-folder/control-files.js';
import { endResults } from '../store/run-folder/read-results.js';
import { type RunRecord, readRunRecord, writeRunRecord } from '../store/run-folder/run-record.js';
import { crashReport } from './crash-report.js';
import { type Exit, endPrograms } from './start-process.js';

/** A runner that was asked to stop has this long before it is killed, so that cancelling takes under a second. */
const GRACE_MS = 900;
/** One that has jobs elsewhere ends those first. */
const GRACE_ELSEWHERE_MS = { usual: 70_000, atOnce: 5_000 };
const LOOK_EVERY_MS = 50;

type End = Extract<RunEvent, { type: 'run-finished' }>;

/**
 * Ends a run, whoever started it: asks it to stop, and kills its process where it does not within a second and can be
 * reached from here. `atOnce`: kills it without waiting. Resolves when that is done.
 */
export async function endRun(folder: string, { atOnce = false } = {}): Promise<void> {
  await askToCancel(folder).catch(() => undefined);
  const grace = hasJobsElsewhere(folder) ? GRACE_ELSEWHERE_MS : { usual: GRACE_MS, atOnce: 0 };
  for (let left = atOnce ? grace.atOnce : grace.usual; left > 0; left -= LOOK_EVERY_MS) {
    if (!(await runningRecord(folder))) return;
    await delay(LOOK_EVERY_MS);
  }
  const record = await runningRecord(folder);
  if (!record || !kill(record)) return;
  endPrograms(folder);
  await recordSuddenEnd(folder);
}

function hasJobsElsewhere(folder: string): boolean {
  try {
    return readRequest(folder).executor !== undefined;
  } catch {
    return false;
  }
}

async function runningRecord(folder: string): Promise<RunRecord | undefined> {
  const record = await readRunRecord(folder);
  return record?.status === 'running' ? record : undefined;
}

/** Whether its process is gone. It leads a session of its own, so that what it started is in its group. */
function kill({ pid, started = null, space, launching }: RunRecord): boolean {
  if (launching) return false;
  const fate = space === undefined ? 'unknown' : fateOf({ pid, started, space });
  if (fate === 'alive') {
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
  return fate !== 'unknown';
}

/** Writes down the end of a run whose process went without a word: it was killed on request, or it crashed. */
export async function recordSuddenEnd(folder: string, exit?: Exit): Promise<End> {
  const end: End = isAskedToCancel(folder)
    ? { type: 'run-finished', status: 'cancelled' }
    : {
        type: 'run-finished',
        status: 'failed',
        problem: await crashReport({ who: 'The runner', exit, log: join(folder, LOG) }),
      };
  const record = await readRunRecord(folder);
  if (record && record.status !== 'running') return { ...end, status: record.status, problem: record.problem };
  if (!record) return end;
  const stages = afterEvent(record.stages, end);
  const written = writeRunRecord(folder, { ...record, stages, status: end.status, problem: end.problem });
  await written.catch(() => undefined);
  await endResults(folder, end.status, end.problem);
  const events = new EventLog(folder);
  events.append(end);
  events.release();
  return end;
}
