import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { PYTHON, PYTHON_FOLDER, PYTHON_PEERS } from './python.js';

/* npm run fetch:python: makes the environment of Python's peers in the cache folder, or brings it up to the pinned versions. */

function run(program: string, ...args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
}

if (!existsSync(PYTHON)) run('python3', '-m', 'venv', PYTHON_FOLDER);
run(PYTHON, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PYTHON_PEERS);
console.log(PYTHON_FOLDER);
