import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Peers of Python that no distribution has, in an environment of their own: `$LOOKALIKE_PEERS`, or in the cache folder. */
const FOLDER =
  process.env.LOOKALIKE_PEERS ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lookalike/peers-python');
const PYTHON = join(FOLDER, 'bin/python');

/**
 * In a `before`: skips the suite, whose title says so, where the environment has no such module. It is made by
 * `python3 -m venv ~/.cache/lookalike/peers-python` and its `pip install numpy pyeer`.
 */
export function needsPeers(this: Mocha.Context, ...modules: string[]): void {
  if (!existsSync(PYTHON)) this.skip();
  try {
    execFileSync(PYTHON, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' });
  } catch {
    this.skip();
  }
}

/** Runs a script in the environment and gives what it prints as JSON. */
export function askPeer<T>(script: string, ...args: string[]): T {
  return JSON.parse(execFileSync(PYTHON, [script, ...args], { maxBuffer: 2 ** 30, encoding: 'utf8' }));
}
