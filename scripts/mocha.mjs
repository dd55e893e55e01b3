import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { root } from './prepare.mjs';

/** In this order: what takes long is begun first, and the many short tests of units fill what is left. */
const FILES = ['editor', 'runner', 'lsp', 'e2e', 'unit'].map((suite) => `test/${suite}/**/*.test.ts`);

const namesFiles = (args) => args.some((arg) => arg.endsWith('.test.ts'));

/** The test files that these arguments name, or else all of them. */
export function withSuites(args) {
  return namesFiles(args) ? args : [...args, ...FILES];
}

/**
 * Runs the test files that these arguments name, or else every one, as many at once as there are cores: each file's
 * outcome is printed once it is done. Resolves to the exit code, 0 where all pass.
 */
export function runTests(args, env) {
  const jobs = Math.max(2, availableParallelism());
  const child = spawn(
    process.execPath,
    ['node_modules/mocha/bin/mocha.js', '--parallel', '--jobs', String(jobs), ...withSuites(args)],
    { cwd: root, env, stdio: 'inherit' },
  );
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
