import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fail, ok, type Result } from '../protocol/errors.js';

/** So many of those that are meant are named. */
const MOST_NAMED = 5;

/**
 * The folder of a run of a private folder, by its id or the beginning of one; or of any run, by its folder. Problems:
 * `run-unknown`, `run-ambiguous`.
 */
export async function findRun(asked: string, home: string): Promise<Result<string>> {
  const runs = join(home, 'runs');
  const names = (await readdir(runs, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  if (names.includes(asked)) return ok(join(runs, asked));
  if (isRunFolder(resolve(asked))) return ok(resolve(asked));
  const meant = asked === '' ? [] : names.filter((name) => name.startsWith(asked)).sort();
  if (meant.length === 1) return ok(join(runs, meant[0] ?? ''));
  if (meant.length === 0) {
    const hint = '`lookalike runs` lists the runs of this folder.';
    return fail('run-unknown', `${runs} has no run ${asked}, nor is that a run’s folder`, { hint });
  }
  const more = meant.length > MOST_NAMED ? `, and ${meant.length - MOST_NAMED} more` : '';
  return fail('run-ambiguous', `${asked} begins the ids of ${meant.slice(0, MOST_NAMED).join(', ')}${more}`, {
    hint: 'Write as much of the id as no other run has.',
  });
}

function isRunFolder(folder: string): boolean {
  return basename(folder) !== '' && ['run.json', 'results.json'].some((name) => existsSync(join(folder, name)));
}
