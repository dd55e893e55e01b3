import { availableParallelism } from 'node:os';
import { modelsFolder } from '../../plugins/clip/models-folder.js';
import type { Device } from '../../protocol/choices.js';
import { counted, duration, megabytes } from '../../protocol/figure-text.js';
import type { Results } from '../../protocol/results.js';
import { homeOf } from '../../store/home.js';
import { detail } from '../print.js';

/** What a run is of and where it is kept, for whoever asked for more than is usual. */
export function detailStart(
  { file, set }: { readonly file: string; readonly set: readonly string[] },
  { id, folder, pid }: { readonly id: string; readonly folder: string; readonly pid: number },
  { device, threads = availableParallelism() }: { readonly device: Device; readonly threads?: number },
): void {
  detail(`file ${file}`);
  for (const one of set) detail(`--set ${one}`);
  detail(`private folder ${homeOf(file)}, models in ${modelsFolder()}`);
  detail(`run ${id} in ${folder}, process ${pid}, on ${device} with ${counted(threads, 'thread')}`);
}

/** What each stage took, which the tables of results do not have. */
export function detailStages({ stages }: Results): void {
  for (const { name, seconds, cached, peakRssMb, shardsComputed } of stages) {
    const how = cached ? 'from the cache' : `${counted(shardsComputed, 'shard')} computed`;
    detail(`${name}: ${duration(seconds)}, ${how}, ${megabytes(peakRssMb)} held at the most`);
  }
}
