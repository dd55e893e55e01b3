import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Results, resultsSchema } from '../../server/src/protocol/results.js';

const ENTRY = fileURLToPath(new URL('../../bin/lookalike.mjs', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with the process as it starts: to send it a signal. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Called with what has come on standard error so far. */
  readonly onProgress?: (stderr: string, child: ChildProcess) => void;
}

/** Runs the built command line as a user would, in a process of its own. */
export function lookalike(args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  options.onStart?.(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    options.onProgress?.(stderr, child);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

/** `lookalike run FILE --json`, which must succeed, and its results. */
export async function runToResults(
  file: string,
  args: readonly string[] = [],
  options?: CommandOptions,
): Promise<Results> {
  const { code, stdout, stderr } = await lookalike(['run', file, '--json', '--progress', 'none', ...args], options);
  if (code !== 0) throw new Error(`lookalike run ended with ${code}:\n${stderr}`);
  return resultsSchema.parse(JSON.parse(stdout));
}

/** What two runs of one experiment have in common: everything but when, where, how long, and what they found kept. */
export function figuresOf(results: Results) {
  const { run: _run, stages: _stages, warnings, ...figures } = results;
  return { ...figures, warnings: warnings?.filter(({ code }) => code !== 'cache-damaged') ?? [] };
}
