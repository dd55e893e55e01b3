import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Device } from '../protocol/compute.js';
import { counted } from '../protocol/figure-text.js';
import type { Permission } from '../protocol/problem.js';
import type { ServeEvent } from '../protocol/searching/serve.js';
import { homeOf } from '../store/home.js';
import { checkedForWork } from './check.js';
import { EXIT } from './exit.js';
import { say } from './print.js';
import type { ProgressStyle } from './progress.js';
import { workUntilEnded } from './work-until-ended.js';

export interface ExportArguments {
  readonly set: string[];
  readonly plugin: string[];
  readonly to: string;
  readonly model?: string;
  readonly threads?: number;
  readonly device: Device;
  readonly progress: ProgressStyle;
  readonly allow: readonly Permission[];
}

/** `lookalike export FILE --to DIR`: embeds what is not in the cache, and writes a folder in clip-retrieval's format. */
export async function exportFolder(path: string, options: ExportArguments): Promise<number> {
  const checked = await checkedForWork(path, options, { uses: ['gallery'] });
  if (!checked) return EXIT.usage;
  const { file, text } = checked;
  const set = [...checked.set];
  const { plugin: plugins, model, threads = availableParallelism(), device, allow } = options;
  const means = { home: homeOf(file), threads, device, plugins, allow: [...allow] };
  const request = { type: 'export', file, text, set, to: resolve(options.to), model, ...means } as const;
  return workUntilEnded(request, options.progress, (reached) => reached.type === 'exported' && printExported(reached));
}

function printExported({ folder, model, images, shards }: Extract<ServeEvent, { type: 'exported' }>): void {
  say(process.stdout, `${counted(images, 'embedding')} by ${model} in ${folder}, in ${counted(shards, 'file')}`);
  process.stderr.write(BIOMETRIC);
}

const BIOMETRIC =
  'warning biometric-data Embeddings of faces are biometric data: the folder is readable by you alone, and `lookalike purge` leaves it\n';
