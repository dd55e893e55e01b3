import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { homeOf } from '../store/home.js';

/** The folder of a run that is named by it, or by an id below the current folder's `.lookalike/runs`. */
export function runNamed(run: string): string {
  return isRun(resolve(run)) ? resolve(run) : join(homeOf(join(process.cwd(), 'any')), 'runs', run);
}

export function isRun(folder: string): boolean {
  return existsSync(join(folder, 'run.json'));
}
