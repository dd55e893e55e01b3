import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { PYTHON } from '../../scripts/peers/python.js';

/** In a `before`: skips the suite, whose title says so, where `npm run fetch:python` has made no environment with the modules. */
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
