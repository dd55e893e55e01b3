import { counted } from '../../../server/src/protocol/figure-text.js';
import type { RunRow } from '../../../server/src/protocol/runs/table/run-row.js';

/** What runs of one experiment's file and one sweep are called together. */
export function groupTitle(runs: readonly RunRow[]): string {
  const [first] = runs as [RunRow];
  const sweep = first.sweep === undefined ? '' : ` · sweep ${first.sweep}`;
  return `${first.name} · ${first.file.split(/[\\/]/).at(-1)}${sweep} · ${counted(runs.length, 'run')}`;
}
