import { lstatSync } from 'node:fs';
import { homeIn } from '../store/home.js';
import { purgeHome } from '../store/purge.js';
import { EXIT } from './exit.js';
import { printProblem, say } from './print.js';

/** `lookalike purge`: removes the private folder that experiments in the current folder use, and says what it leaves. */
export async function purge({ dryRun = false }: { dryRun?: boolean }): Promise<number> {
  const home = homeIn(process.cwd());
  if (!lstatSync(home, { throwIfNoEntry: false })) {
    say(process.stdout, `${home} is not there: nothing to remove`);
    return EXIT.done;
  }
  const purged = await purgeHome(home, { dryRun });
  if (!purged.ok) return printProblem(purged.problem, EXIT.failed);
  for (const path of purged.value.removed) say(process.stdout, `${dryRun ? 'would remove' : 'removed'} ${path}`);
  for (const path of purged.value.left) say(process.stdout, `left ${path}, which a link led to`);
  say(process.stdout, 'Folders that --out named, and what you copied out of a run, are not among them.');
  return EXIT.done;
}
