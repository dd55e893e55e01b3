import type { Facts, Plugin } from '../../plugins/declare.js';
import type { Device } from '../../protocol/choices.js';
import { fail } from '../../protocol/errors.js';
import type { PluginUse } from '../../stages/spec.js';
import type { FileTable } from '../../store/cache/file-table.js';
import type { EmbeddingStore } from '../../store/cache/shards.js';
import type { CacheFolders } from '../../store/home.js';
import { pluginFor } from '../context.js';
import type { MeasuredRates } from './measured-rates.js';
import type { SharedWork } from './shared-work.js';

/** What a plan is worked out with: it looks, and changes nothing. */
export interface Planner {
  readonly plugins: readonly Plugin[];
  readonly cache: CacheFolders;
  readonly files: FileTable;
  readonly rates: MeasuredRates;
  readonly threads: number;
  readonly device: Device;
  /** What experiments that are planned before these will have computed. */
  readonly shared: SharedWork;
  /** The embeddings that are stored under a key; each key is looked at once. */
  look(key: string): Promise<EmbeddingStore>;
}

export function factsOf(planner: Planner, family: 'dataset' | 'model', use: PluginUse): Facts {
  const describe = pluginFor(planner, family, use.use).describe;
  return describe?.(use.params, () => fail('not-read', 'A plan reads no model')) ?? {};
}
