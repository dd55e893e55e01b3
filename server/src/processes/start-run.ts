import type { ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Device } from '../protocol/compute.js';
import { fail, ok, type Problem, type Result } from '../protocol/errors.js';
import type { Permission } from '../protocol/problem.js';
import { type RunEvent, type RunnerRequest, runEventSchema } from '../protocol/runner.js';
import { afterEvent } from '../protocol/stage-states.js';
import { homeOf } from '../store/home.js';
import { createRunFolder, type RunFolder } from '../store/run-folder/run-folder.js';
import { newRunRecord, readRunRecord, writeRunRecord } from '../store/run-folder/run-record.js';
import { forkRunner } from './fork-runner.js';

/** A runner that was asked to stop has this long before it is killed, so that cancelling takes under a second. */
const CANCEL_GRACE_MS = 900;
/** What a runner writes to its standard streams is kept to this length, from the end, to explain a crash. */
const LOG_TAIL = 8192;
/** Programs that a runner started may hold its streams open after its end; its last words are waited for this long. */
const LAST_WORDS_MS = 200;

export interface RunOptions {
  readonly file: string;
  /** The text to run: that of the file, or of an editor that has not saved it. */
  readonly text: string;
  readonly set?: readonly string[];
  /** The run's folder, instead of one in the private folder. */
  readonly out?: string;
  /** Stop after this stage. */
  readonly stage?: string;
  readonly useCache?: boolean;
  readonly threads?: number;
  /** Default: `cpu`. */
  readonly device?: Device;
  readonly plugins?: readonly string[];
  /** What the user has said yes to. */
  readonly allow?: readonly Permission[];
  readonly workspaceFolder?: string;
  readonly onEvent: (event: RunEvent) => void;
}

export type RunEnded = Extract<RunEvent, { type: 'run-finished' }>;

/** A run that goes on in a process of its own. */
export interface RunHandle extends RunFolder {
  readonly pid: number;
  /** How it ended; never rejects. Everything the runner finished is in the cache, however it ended. */
  readonly ended: Promise<RunEnded>;
  /** Asks the runner to stop, and kills it where it does not within a second. */
  cancel(): void;
}

/** Starts a run. Fails where its folder is not to be had; what goes wrong later is in `ended`. */
export async function startRun(options: RunOptions): Promise<Result<RunHandle>> {
  const home = homeOf(options.file);
  const made = await createRunFolder(home, options.file, options.out).catch(folderProblem);
  if (!made.ok) return made;
  const child = forkRunner();
  const request: RunnerRequest = {
    type: 'start',
    file: options.file,
    text: options.text,
    set: [...(options.set ?? [])],
    folder: made.value.folder,
    runId: made.value.id,
    home,
    workspaceFolder: options.workspaceFolder,
    stage: options.stage,
    useCache: options.useCache ?? true,
    threads: options.threads ?? availableParallelism(),
    device: options.device ?? 'cpu',
    plugins: [...(options.plugins ?? [])],
    allow: [...(options.allow ?? [])],
  };
  return ok(new RunProcess(child, made.value, request, options.onEvent));
}

function folderProblem(error: NodeJS.ErrnoException): Result<RunFolder> {
  return fail('run-folder-unwritable', `${error.path ?? 'The run folder'}: ${error.message}`, {
    hint: 'Put the experiment, or --out, where you may write.',
  });
}

class RunProcess implements RunHandle {
  readonly id: string;
  readonly folder: string;
  readonly pid: number;
  readonly ended: Promise<RunEnded>;
  private finished: RunEnded | undefined;
  private cancelled = false;
  private log = '';
  private nonsense: { count: number; readonly first: string } | undefined;

  constructor(
    private readonly child: ChildProcess,
    run: RunFolder,
    private readonly request: Extract<RunnerRequest, { type: 'start' }>,
    private readonly onEvent: (event: RunEvent) => void,
  ) {
    this.id = run.id;
    this.folder = run.folder;
    this.pid = child.pid ?? 0;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => this.keepTail(String(chunk)));
    child.on('message', (message) => this.receive(message));
    this.ended = new Promise<[code: number | null, signal: string | null]>((resolve) => {
      child.once('error', (error) => {
        this.keepTail(error.message);
        if (child.pid === undefined) resolve([null, null]);
      });
      child.once('close', (code, signal) => resolve([code, signal]));
      child.once('exit', (code, signal) => setTimeout(resolve, LAST_WORDS_MS, [code, signal]).unref());
    }).then(([code, signal]) => this.conclude(code, signal));
    child.send(request, () => undefined);
  }

  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    if (this.child.connected) this.child.send({ type: 'cancel' } satisfies RunnerRequest, () => undefined);
    const kill = setTimeout(() => this.child.kill('SIGKILL'), CANCEL_GRACE_MS);
    this.child.once('exit', () => clearTimeout(kill));
  }

  private keepTail(text: string): void {
    this.log = (this.log + text).slice(-LOG_TAIL);
  }

  private receive(message: unknown): void {
    const { data: event } = runEventSchema.safeParse(message);
    if (!event) this.noteNonsense(message);
    else if (event.type === 'run-finished') this.finished ??= event;
    else this.onEvent(event);
  }

  /** Of messages that are no events the first and their number explain enough. */
  private noteNonsense(message: unknown): void {
    this.nonsense ??= { count: 0, first: JSON.stringify(message)?.slice(0, 200) };
    this.nonsense.count++;
  }

  private async conclude(code: number | null, signal: string | null): Promise<RunEnded> {
    const ended = this.finished ?? (await this.recordSuddenEnd(code, signal));
    this.onEvent(ended);
    return ended;
  }

  /** A process that was killed wrote no end of its own. */
  private async recordSuddenEnd(code: number | null, signal: string | null): Promise<RunEnded> {
    const end: RunEnded = this.cancelled
      ? { type: 'run-finished', status: 'cancelled' }
      : { type: 'run-finished', status: 'failed', problem: this.crash(code, signal) };
    const { runId: id, file, folder } = this.request;
    const known = await readRunRecord(folder);
    const record = known ?? newRunRecord({ id, file, name: id, startedAt: new Date().toISOString(), pid: this.pid });
    const stages = afterEvent(record.stages, end);
    await writeRunRecord(folder, { ...record, stages, status: end.status, problem: end.problem }).catch(
      () => undefined,
    );
    return end;
  }

  private crash(code: number | null, signal: string | null): Problem {
    const how = signal ? `was killed by ${signal}` : code === null ? 'did not start' : `ended with code ${code}`;
    const tail = this.log.trim();
    const words = tail ? `. Its last words:\n${tail}` : '';
    const { count, first } = this.nonsense ?? {};
    const odd = count ? `. It sent ${count} messages that are no events, first ${first}` : '';
    return {
      code: 'runner-crashed',
      message: `The runner ${how} before it finished${odd}${words}`,
      hint: 'Run again: everything that was finished is in the cache.',
    };
  }
}
