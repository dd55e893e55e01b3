import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { homeOf, purgeHome } from '../store/home.js';
import { EXIT } from './exit.js';
import { say } from './print.js';

/** `lookalike purge`: removes the private folder that experiments in the current folder use. */
export async function purge({ dryRun }: { dryRun?: boolean }): Promise<number> {
  const home = homeOf(join(process.cwd(), 'any.experiment.yaml'));
  if (!existsSync(home)) {
    say(process.stdout, `${home} is not there: nothing to remove`);
    return EXIT.done;
  }
  if (!dryRun) await purgeHome(home);
  say(process.stdout, `${dryRun ? 'would remove' : 'removed'} ${home}`);
  return EXIT.done;
}
