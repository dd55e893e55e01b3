import { spawn } from 'node:child_process';
import { root } from './prepare.mjs';

const filesOf = (suite) => `test/${suite}/**/*.test.ts`;
/** Each test of a unit takes one core and no other process: they run beside the suites that wait for others. */
const BESIDE = ['unit'].map(filesOf);
const IN_TURN = ['runner', 'lsp', 'e2e', 'editor'].map(filesOf);
const MOCHA = 'node_modules/mocha/bin/mocha.js';

const namesFiles = (args) => args.some((arg) => arg.endsWith('.test.ts'));

/** The test files that these arguments name, or else all of them. */
export function withSuites(args) {
  return namesFiles(args) ? args : [...args, ...BESIDE, ...IN_TURN];
}

/** Runs the test files that these arguments name, or else every one; resolves to the exit code, 0 where all pass. */
export async function runTests(args, env) {
  const runs = namesFiles(args)
    ? [mocha(args, { env })]
    : [mocha([...args, ...BESIDE], { env, isKept: true }), mocha([...args, ...IN_TURN], { env })];
  return Math.max(...(await Promise.all(runs)));
}

/** What is kept of what it says is printed in one piece once it is done. */
function mocha(args, { env, isKept = false }) {
  const child = spawn(process.execPath, [MOCHA, ...args], {
    cwd: root,
    env,
    stdio: ['inherit', isKept ? 'pipe' : 'inherit', isKept ? 'pipe' : 'inherit'],
  });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code ?? 1);
    });
  });
}
