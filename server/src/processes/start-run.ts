import { appendFileSync, existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fail, ok, type Problem, ProblemError, type Result } from '../protocol/errors.js';
import type { RunEvent, StartRequest } from '../protocol/runner.js';
import { lastWords } from '../protocol/runs/last-words.js';
import { memoryShort } from '../protocol/runs/shortage.js';
import { homeOf } from '../store/home.js';
import { identityOf } from '../store/process-identity.js';
import { LOG, writeRequest } from '../store/run-folder/control-files.js';
import { createRunFolder, type RunFolder } from '../store/run-folder/run-folder.js';
import { readRunRecord } from '../store/run-folder/run-record.js';
import { standInLine } from '../store/run-queue.js';
import { recordSuddenEnd } from './end-run.js';
import { startProcess } from './start-process.js';
import { type RunHandle, watchRun } from './watch-run.js';

type Defaulted = 'set' | 'useCache' | 'threads' | 'device' | 'plugins' | 'allow';

export interface RunOptions
  extends Omit<StartRequest, Defaulted | 'runId' | 'home'>,
    Partial<Pick<StartRequest, 'useCache' | 'threads' | 'device'>> {
  readonly set?: readonly string[];
  readonly plugins?: readonly string[];
  readonly allow?: readonly StartRequest['allow'][number][];
  /** The run's folder, instead of one in the private folder. */
  readonly out?: string;
  readonly onEvent: (event: RunEvent) => void;
}

export interface StartedRun extends RunHandle {
  readonly pid: number;
}

/**
 * Starts a run, which outlives this process. Fails where its folder is not to be had; what goes wrong later is in
 * `ended`.
 */
export async function startRun({ out, onEvent, ...options }: RunOptions): Promise<Result<StartedRun>> {
  const home = homeOf(options.file);
  const { set = [], plugins = [], allow = [], threads = availableParallelism(), device = 'cpu' } = options;
  const asked = { ...options, set: [...set], home, threads, device, plugins: [...plugins], allow: [...allow] };
  try {
    const made = await createRunFolder(home, asked, out);
    if (!made.ok) return made;
    const { id, folder } = made.value;
    await writeRequest(folder, { ...asked, runId: id, useCache: options.useCache ?? true });
    return ok(launch(made.value, home, onEvent));
  } catch (error) {
    return folderProblem(error as NodeJS.ErrnoException);
  }
}

/** A runner says that it is there within this time, however busy the machine: one that lacks threads waits for ever. */
const LONGEST_START_MS = 30_000;

function launch(run: RunFolder, home: string, onEvent: RunOptions['onEvent']): StartedRun {
  const { folder } = run;
  const child = startProcess({ part: 'runner', folder, log: join(folder, LOG) });
  if (child.pid > 0 && existsSync(home)) tryToStand(home, run.id, child.pid);
  const late = setTimeout(async () => {
    if (!(await readRunRecord(folder))?.launching) return;
    tellInLog(folder, memoryShort(`the runner did not begin within ${LONGEST_START_MS / 1000} seconds`));
    child.kill();
  }, LONGEST_START_MS);
  late.unref();
  const crashed = child.exited.then((exit) => {
    clearTimeout(late);
    return recordSuddenEnd(folder, exit);
  });
  return { ...watchRun(run, { onEvent, crashed }), pid: child.pid };
}

/** In the order in which runs are started; a runner that does not stand in the line goes to its end. */
function tryToStand(home: string, runId: string, pid: number): void {
  try {
    standInLine(home, runId, identityOf(pid));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

function tellInLog(folder: string, problem: Problem): void {
  appendFileSync(join(folder, LOG), lastWords(problem));
}

/** What keeps a folder from being made, as a problem; anything else is thrown. */
export function folderProblem(error: NodeJS.ErrnoException): Result<never> {
  if (error instanceof ProblemError) return { ok: false, problem: error.problem };
  if (error.code === undefined) throw error;
  return fail('run-folder-unwritable', `${error.path ?? 'The run folder'}: ${error.message}`, {
    hint: 'Put the experiment, or --out, where you may write.',
  });
}
