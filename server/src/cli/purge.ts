import { lstatSync } from 'node:fs';
import { purge as purgeAll } from '../history/purge.js';
import { plugins } from '../plugins/registry.js';
import type { Permission } from '../protocol/problem.js';
import { homeIn } from '../store/home.js';
import { EXIT } from './exit.js';
import { printProblem, say } from './print.js';

/** `lookalike purge`: removes the private folder that experiments in the current folder use, and says what it leaves. */
export async function purge({
  dryRun = false,
  allow = [],
}: {
  dryRun?: boolean;
  allow?: Permission[];
}): Promise<number> {
  const home = homeIn(process.cwd());
  if (!lstatSync(home, { throwIfNoEntry: false })) {
    say(process.stdout, `${home} is not there: nothing to remove`);
    return EXIT.done;
  }
  const purged = await purgeAll(home, { plugins, allow, dryRun });
  if (!purged.ok) return printProblem(purged.problem, EXIT.failed);
  for (const path of purged.value.removed) say(process.stdout, `${dryRun ? 'would remove' : 'removed'} ${path}`);
  const { elsewhere } = purged.value;
  for (const what of elsewhere.removed) say(process.stdout, `${dryRun ? 'would remove' : 'removed'} ${what}`);
  for (const path of purged.value.left) say(process.stdout, `left ${path}, which a link led to`);
  for (const what of elsewhere.left) say(process.stdout, `left ${what}`);
  say(process.stdout, 'Folders that --out named, and what you copied out of a run, are not among them.');
  return EXIT.done;
}
