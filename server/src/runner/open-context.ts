import { FileTable } from '../store/cache/file-table.js';
import { CacheFolders, createHome } from '../store/home.js';
import type { RunContext } from './context.js';
import { MeasuredRates } from './measured-rates.js';

type Given = 'plugins' | 'folder' | 'useCache' | 'threads' | 'device' | 'signal' | 'emit' | 'skip';

/** Opens the private folder, making it where it is not there, for stages to work with. */
export async function openContext({
  home,
  ...given
}: Pick<RunContext, Given> & { readonly home: string }): Promise<RunContext> {
  await createHome(home);
  const cache = new CacheFolders(home);
  return {
    ...given,
    cache,
    files: await FileTable.open(cache.of('files.jsonl')),
    rates: await MeasuredRates.open(cache.of('rates.json')),
    warn: (problem) => given.emit({ type: 'warning', problem }),
  };
}
