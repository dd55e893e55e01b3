import { join, resolve } from 'node:path';
import { type FetchedFile, fetchModel, filesToFetch } from '../hub/fetch-model.js';
import { modelsFolder } from '../plugins/clip/models-folder.js';
import type { PublishedWeights } from '../plugins/declare.js';
import { fail } from '../protocol/errors.js';
import { ProgressMeter } from '../runner/progress/progress.js';
import { EXIT } from './exit.js';
import { printProblem } from './print.js';
import { type ProgressDisplay, progressDisplay } from './progress.js';

export interface FetchArguments {
  readonly precision?: string;
  readonly imageOnly?: boolean;
  readonly mirror?: string;
  readonly dir?: string;
}

const MEGABYTE = 1e6;

/** Fetches a model's published weights into its folder, with progress on standard error. */
export async function fetchWeights(
  name: string,
  { repository, precisions }: PublishedWeights,
  given: FetchArguments,
): Promise<number> {
  const [byDefault = ''] = Object.keys(precisions);
  const files = precisions[given.precision ?? byDefault];
  const mirror = given.mirror === undefined ? undefined : webAddress(given.mirror);
  if (!files) return wrong(`${name} is published in ${Object.keys(precisions).join(', ')}, not in ${given.precision}`);
  if (mirror === null) return wrong(`${given.mirror} is no address of a web server`);
  const display = progressDisplay('auto');
  const fetched = await fetchModel({
    repository,
    files: filesToFetch(files, given.imageOnly ?? false),
    folder: join(given.dir ? resolve(given.dir) : modelsFolder(), name),
    mirror,
    token: process.env.HF_TOKEN,
    signal: interrupted(),
    onProgress: progressOf(display),
  });
  display.close();
  if (fetched.ok) return said(fetched.value);
  return printProblem(fetched.problem, fetched.problem.code === 'cancelled' ? EXIT.cancelled : EXIT.failed);
}

function wrong(message: string): number {
  return printProblem(fail('invalid-argument', message).problem, EXIT.usage);
}

function webAddress(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && /^https?:$/.test(url.protocol) ? url : null;
}

/** Aborts at the first Control-C; what has come is kept. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}

/** A meter for each file, in megabytes. */
function progressOf(display: ProgressDisplay) {
  const meters = new Map<string, ProgressMeter>();
  return (file: string, done: number, total: number | undefined) => {
    const meter = meters.get(file) ?? new ProgressMeter('fetch', `${file} (MB)`, (event) => display.show(event));
    meters.set(file, meter);
    const megabytes = (bytes: number) => Math.round(bytes / MEGABYTE);
    meter.report(megabytes(done), megabytes(total ?? done));
  };
}

function said(files: readonly FetchedFile[]): number {
  for (const { file, bytes, sha256, wasThere } of files) {
    process.stdout.write(`${wasThere ? 'is there' : 'fetched'} ${file} ${bytes} bytes sha256 ${sha256}\n`);
  }
  return EXIT.done;
}
