import { setTimeout as delay } from 'node:timers/promises';
import type { Problem } from '../protocol/errors.js';
import type { RunEvent } from '../protocol/runner.js';
import type { ShownStatus } from '../protocol/runs/run-state.js';
import { EventTail } from '../store/run-folder/control-files.js';
import { isGoingOn, type RunFolder } from '../store/run-folder/run-folder.js';
import { readRunRecord } from '../store/run-folder/run-record.js';
import { endRun } from './end-run.js';

/** So often a run's folder is looked at: news is as old at the most. */
const LOOK_EVERY_MS = 100;
/** So many looks apart it is asked whether the run's process lives. */
const LOOKS_A_SIGN = 10;
/** So often in a row a process must not have been there: whoever started it may be writing down how it ended. */
const SIGNS_MISSED = 2;

/** How a run ended; `interrupted` where its process is gone and nobody saw it go. */
export interface RunEnded {
  readonly type: 'run-finished';
  readonly status: ShownStatus;
  readonly problem?: Problem;
  readonly results?: string;
}

/** A run that goes on in a process of its own, whoever started it. */
export interface RunHandle extends RunFolder {
  /** How it ended; never rejects. Everything the runner finished is in the cache, however it ended. */
  readonly ended: Promise<RunEnded>;
  /** Asks the runner to stop, and kills it where it does not within a second. */
  cancel(): Promise<void>;
}

interface Watching {
  readonly onEvent: (event: RunEvent) => void;
  /** Where the process is our own child: how it is told that it ended without a word. */
  readonly crashed?: Promise<Finished>;
}

type Finished = Extract<RunEvent, { type: 'run-finished' }>;

/** Follows a run from its first event on, until it ends. */
export function watchRun({ id, folder }: RunFolder, { onEvent, crashed }: Watching): RunHandle {
  const ended = follow(folder, onEvent, crashed);
  return { id, folder, ended, cancel: () => endRun(folder) };
}

async function follow(folder: string, onEvent: Watching['onEvent'], crashed?: Promise<Finished>): Promise<RunEnded> {
  const tail = new EventTail(folder);
  const said = async (): Promise<Finished | undefined> => {
    for (const event of await tail.read()) {
      onEvent(event);
      if (event.type === 'run-finished') return event;
    }
    return undefined;
  };
  let gone: Finished | undefined;
  const left = new AbortController();
  void crashed?.then((end) => {
    gone = end;
    left.abort();
  });
  for (let looks = 1, missed = 0; ; looks++) {
    // What it said before it went is read after it is known to be gone.
    const end = gone;
    const finished = await said();
    if (finished) return finished;
    if (end) {
      onEvent(end);
      return end;
    }
    if (!crashed && looks % LOOKS_A_SIGN === 0) missed = (await isThere(folder)) ? 0 : missed + 1;
    if (missed === SIGNS_MISSED) return (await said()) ?? { type: 'run-finished', status: await statusOf(folder) };
    // A process that has gone is not waited for.
    await delay(LOOK_EVERY_MS, undefined, { signal: left.signal }).catch(() => undefined);
  }
}

async function isThere(folder: string): Promise<boolean> {
  const record = await readRunRecord(folder);
  return record !== undefined && (await isGoingOn(folder, record));
}

async function statusOf(folder: string): Promise<ShownStatus> {
  const record = await readRunRecord(folder);
  return !record || record.status === 'running' ? 'interrupted' : record.status;
}
