import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Device } from '../protocol/compute.js';
import type { Permission } from '../protocol/runner.js';
import type { ServeEvent } from '../protocol/serve.js';
import { homeOf } from '../runner/store/home.js';
import { startServing } from '../runs/serve-process.js';
import { checkFile, hasErrors, printObstacles } from './check.js';
import { EXIT } from './exit.js';
import { printProblem } from './print.js';
import { type ProgressStyle, progressDisplay } from './progress.js';

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
  const checked = await checkFile(path, options);
  if (!checked.ok) return printProblem(checked.problem, EXIT.usage);
  printObstacles(checked.value, process.stderr);
  if (!checked.value.spec || hasErrors(checked.value)) return EXIT.usage;
  const { file, text } = checked.value;
  const { set, plugin: plugins, model, threads = availableParallelism(), device, allow } = options;
  const means = { home: homeOf(file), threads, device, plugins, allow: [...allow] };
  const display = progressDisplay(options.progress);
  let written = false;
  const exporting = startServing(
    { type: 'export', file, text, set, to: resolve(options.to), model, ...means },
    (event) => {
      if (event.type === 'stopped' || event.type === 'serving') return;
      if (event.type !== 'exported') return display.show(event);
      written = true;
      display.close();
      printExported(event);
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => exporting.stop());
  const problem = await exporting.ended;
  display.close();
  if (problem) return printProblem(problem, EXIT.failed);
  return written ? EXIT.done : EXIT.cancelled;
}

function printExported({ folder, model, images, shards }: Extract<ServeEvent, { type: 'exported' }>): void {
  process.stdout.write(
    `${images} embeddings by ${model} are in ${folder}, in ${shards} ${shards === 1 ? 'file' : 'files'}\n`,
  );
  process.stderr.write(BIOMETRIC);
}

const BIOMETRIC =
  'warning biometric-data Embeddings of faces are biometric data: the folder is readable by you alone, and `lookalike purge` leaves it\n';
