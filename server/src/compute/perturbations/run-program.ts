import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { endMarked } from '../../store/process-identity.js';

/** What a program writes to its streams is kept to this length, from the end, to explain a failure. */
const TAIL = 2000;
const WATCH_EVERY_MS = 250;
/** Marks whatever a program starts, so that what left its process group is ended with it. */
const MARK = 'LOOKALIKE_PROGRAM';

export interface ProgramOptions {
  readonly cwd: string;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  /** Called from time to time while the program runs: a failure ends it. */
  readonly watch: () => Promise<Result<void>>;
}

/**
 * Runs a program, never through a shell, until it ends by itself; whatever it has started is ended with it.
 * Gives the end of what it wrote to its streams.
 *
 * Problems: `command-not-run`, `command-failed`, `command-timeout`, those of `watch`. Throws when cancelled.
 */
export async function runProgram(command: readonly string[], options: ProgramOptions): Promise<Result<string>> {
  const program = new Program(command, options.cwd);
  const over = new AbortController();
  const ended = program.ended.finally(() => over.abort());
  const judged = await Promise.race([ended, outOfTime(options, over.signal), outOfBounds(options, over.signal)]);
  over.abort();
  program.kill();
  options.signal.throwIfAborted();
  if (judged.ok) return ok(program.tail);
  const tail = program.tail.trim();
  const message = tail ? `${judged.problem.message}. Its last words:\n${tail}` : judged.problem.message;
  return { ok: false, problem: { ...judged.problem, message } };
}

class Program {
  readonly ended: Promise<Result<void>>;
  tail = '';
  private readonly child: ChildProcess;
  private readonly mark = randomUUID();

  constructor(command: readonly string[], cwd: string) {
    const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
    this.child = spawn(command[0], command.slice(1), {
      cwd,
      env: { ...env, [MARK]: this.mark },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // A process group of its own, so that what it starts can be ended with it.
      detached: process.platform !== 'win32',
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk) => {
        this.tail = (this.tail + chunk).slice(-TAIL);
      });
    }
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => resolve(notRun(command[0], error)));
      this.child.once('close', (code, signal) =>
        resolve(code === 0 ? ok(undefined) : failed(command[0], code, signal)),
      );
    });
  }

  kill(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    } catch {
      // It has ended, and so has everything that stayed in its group.
    }
    endMarked(MARK, this.mark);
  }
}

function notRun(name: string, error: Error): Result<void> {
  const hint = 'Name a program that is on the PATH, or its absolute path.';
  return fail('command-not-run', `${name} cannot be run: ${error.message}`, { hint });
}

function failed(name: string, code: number | null, signal: string | null): Result<void> {
  const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
  return fail('command-failed', `${name} ${how}`, { hint: 'Run it by hand on a folder of photographs.' });
}

async function outOfTime({ timeoutSeconds, signal }: ProgramOptions, over: AbortSignal): Promise<Result<void>> {
  await delay(timeoutSeconds * 1000, undefined, { signal: AbortSignal.any([signal, over]) }).catch(() => undefined);
  const hint = 'Raise `timeout`, or lower `batch`, if it needs longer.';
  return fail('command-timeout', `The program did not end within ${timeoutSeconds} s`, { hint });
}

async function outOfBounds({ watch, signal }: ProgramOptions, over: AbortSignal): Promise<Result<void>> {
  const until = AbortSignal.any([signal, over]);
  while (!until.aborted) {
    await delay(WATCH_EVERY_MS, undefined, { signal: until }).catch(() => undefined);
    const within = await watch();
    if (!within.ok) return within;
  }
  return ok(undefined);
}
