import type { Problem } from '../protocol/errors.js';
import { onDamage } from '../store/cache/damage.js';
import { FileTable } from '../store/cache/file-table.js';
import { CacheFolders, createHome } from '../store/home.js';
import type { RunContext } from './context.js';
import { MeasuredRates } from './planning/measured-rates.js';

type Given = 'plugins' | 'folder' | 'useCache' | 'threads' | 'device' | 'signal' | 'emit' | 'skip';

/** More damaged files are not named one by one. */
const NAMED_DAMAGES = 20;

/** Warns of each kept file that is found damaged in this process, until the function that it gives is called. */
export function warnOfDamage(warn: (problem: Problem) => void): () => void {
  const named = new Set<string>();
  return onDamage((file) => {
    if (named.has(file) || named.size > NAMED_DAMAGES) return;
    named.add(file);
    const which = named.size > NAMED_DAMAGES ? `More than ${NAMED_DAMAGES} kept files were` : `${file} was`;
    warn({ code: 'cache-damaged', message: `${which} cut short, altered or replaced; what it held is computed again` });
  });
}

/** Opens the private folder, making it where it is not there, for stages to work with. */
export async function openContext({
  home,
  ...given
}: Pick<RunContext, Given> &
  Partial<Pick<RunContext, 'partDone' | 'hasOwnCores' | 'pluginPaths'>> & {
    readonly home: string;
  }): Promise<RunContext> {
  await createHome(home);
  const cache = new CacheFolders(home);
  return {
    partDone: () => undefined,
    ...given,
    cache,
    files: await FileTable.open(cache.of('files.jsonl')),
    rates: await MeasuredRates.open(cache.of('rates.json')),
    warn: (problem) => given.emit({ type: 'warning', problem }),
  };
}
