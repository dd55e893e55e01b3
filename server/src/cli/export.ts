import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { findRun } from '../history/find-run.js';
import type { Device } from '../protocol/choices.js';
import { counted } from '../protocol/figure-text.js';
import type { Permission } from '../protocol/problem.js';
import type { ExportFormat, ServeEvent } from '../protocol/searching/serve.js';
import { homeIn, homeOf } from '../store/home.js';
import { readResults } from '../store/run-folder/read-results.js';
import { SPEC } from '../store/run-folder/run-again.js';
import { checkedForWork } from './check.js';
import { EXIT } from './exit.js';
import { printProblem, say } from './print.js';
import type { ProgressStyle } from './progress.js';
import { workUntilEnded } from './work-until-ended.js';

export interface ExportArguments {
  readonly set: string[];
  readonly variant: string[];
  readonly plugin: string[];
  readonly to: string;
  readonly model?: string;
  readonly format: ExportFormat;
  readonly threads?: number;
  readonly device: Device;
  readonly progress: ProgressStyle;
  readonly allow: readonly Permission[];
}

/**
 * `lookalike export FILE|RUN --to DIR`: embeds what is not in the cache, and writes a folder. A run is exported as it was
 * run, where its photographs are still the same.
 */
export async function exportFolder(of: string, options: ExportArguments): Promise<number> {
  const run = isFile(of) ? undefined : await runNamed(of);
  const path = run ? join(run, SPEC) : of;
  const results = run === undefined ? undefined : await readResults(run);
  if (results && !results.ok) return printProblem(results.problem, EXIT.usage);
  const dataset = results?.value.run.hashes?.dataset;
  const checked = await checkedForWork(path, options, { uses: ['gallery'], one: true });
  if (!checked) return EXIT.usage;
  const { file, text } = checked;
  const set = [...checked.set];
  const { plugin: plugins, model, format, threads = availableParallelism(), device, allow } = options;
  const means = { home: homeOf(file), threads, device, plugins, allow: [...allow] };
  const request = {
    type: 'export',
    file,
    text,
    set,
    to: resolve(options.to),
    format,
    dataset,
    model,
    ...means,
  } as const;
  return workUntilEnded(request, options.progress, (reached) => reached.type === 'exported' && printExported(reached));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** What is neither a file nor a run is said of as a file. */
async function runNamed(of: string): Promise<string | undefined> {
  const found = await findRun(of, homeIn(process.cwd()));
  return found.ok ? found.value : undefined;
}

function printExported({ folder, model, images, shards }: Extract<ServeEvent, { type: 'exported' }>): void {
  say(process.stdout, `${counted(images, 'embedding')} by ${model} in ${folder}, in ${counted(shards, 'file')}`);
  process.stderr.write(BIOMETRIC);
}

const BIOMETRIC =
  'warning biometric-data Embeddings of faces are biometric data: the folder is readable by you alone, and `lookalike purge` leaves it\n';
