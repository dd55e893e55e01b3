import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { root } from './prepare.mjs';

/** In this order: what takes long is begun first, and the many short tests of units fill what is left. */
const FILES = ['editor', 'runner', 'lsp', 'e2e', 'unit'].map((suite) => `test/${suite}/**/*.test.ts`);
/** To pack is to build, under what other tests run: it waits until they have ended. */
const ALONE = 'test/e2e/npm-package.test.ts';

const namesFiles = (args) => args.some((arg) => arg.endsWith('.test.ts'));

/** The test files that these arguments name, or else all of them. */
export function withSuites(args) {
  return namesFiles(args) ? args : [...args, ...FILES];
}

/**
 * Runs the test files that these arguments name, one after the other, or else every one, as many at once as there are
 * cores: then each file's outcome is printed once it is done. Resolves to the exit code, 0 where all pass.
 */
export async function runTests(args, env) {
  if (namesFiles(args)) return mocha(args, env);
  const jobs = String(Math.max(2, availableParallelism()));
  const together = await mocha(['--parallel', '--jobs', jobs, '--ignore', ALONE, ...args, ...FILES], env);
  return Math.max(together, await mocha([...args, ALONE], env));
}

function mocha(args, env) {
  const child = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
