import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { isLoopback } from '../plugins/inspection/loopback.js';
import type { Device } from '../protocol/choices.js';
import { counted } from '../protocol/figure-text.js';
import type { Permission } from '../protocol/problem.js';
import type { ServeEvent, ServeFolderRequest, ServeRequest } from '../protocol/searching/serve.js';
import { homeOf } from '../store/home.js';
import { type CheckedFile, checkedForWork } from './check.js';
import { EXIT } from './exit.js';
import { printProblem, say } from './print.js';
import type { ProgressStyle } from './progress.js';
import { workUntilEnded } from './work-until-ended.js';

export interface ServeArguments {
  readonly set: string[];
  readonly variant: string[];
  readonly plugin: string[];
  readonly host: string;
  readonly port: number;
  readonly threads?: number;
  readonly device: Device;
  readonly progress: ProgressStyle;
  readonly allow: readonly Permission[];
  /** Of a folder: what made its embeddings, and where its images are. */
  readonly model?: string;
  readonly images?: string;
}

/** `lookalike serve FILE`, or a folder of embeddings: serves until it is interrupted. */
export async function serve(path: string, options: ServeArguments): Promise<number> {
  if (isFolder(path)) return serveFolder(path, options);
  const unfit = options.model === undefined ? options.images && '--images' : '--model';
  if (unfit)
    return printProblem({ code: 'option-unfit', message: `${unfit} is for a folder of embeddings` }, EXIT.usage);
  const checked = await checkedForWork(path, options, { uses: ['gallery', 'index'], one: true });
  if (!checked) return EXIT.usage;
  return serveUntilStopped(requestOf(checked, options), options);
}

async function serveFolder(path: string, options: ServeArguments): Promise<number> {
  const { plugin: plugins, host, port, threads = availableParallelism(), device, allow, model, images } = options;
  if (images !== undefined && !isFolder(images)) {
    return printProblem({ code: 'folder-missing', message: `--images ${images} is no folder` }, EXIT.usage);
  }
  const folder = resolve(path);
  const shown = images === undefined ? undefined : resolve(images);
  const means = { home: homeOf(folder), threads, device, plugins, allow: [...allow], host, port };
  return serveUntilStopped({ type: 'serve-folder', folder, model, images: shown, ...means }, options);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Embeds what is not in the cache, then serves. */
function serveUntilStopped(request: ServeRequest | ServeFolderRequest, options: ServeArguments): Promise<number> {
  return workUntilEnded(
    request,
    options.progress,
    (reached) => reached.type === 'serving' && printServing(reached, options.host),
  );
}

function requestOf({ file, text, set }: CheckedFile, options: ServeArguments): ServeRequest {
  const { plugin: plugins, host, port, threads = availableParallelism(), device, allow } = options;
  return {
    type: 'serve',
    file,
    text,
    set: [...set],
    home: homeOf(file),
    threads,
    device,
    plugins,
    allow: [...allow],
    host,
    port,
  };
}

function printServing({ address, indices }: Extract<ServeEvent, { type: 'serving' }>, host: string): void {
  say(process.stdout, `serving at ${address}/knn-service`);
  for (const { name, images, dimension } of indices) {
    say(process.stdout, `  ${name}: ${counted(images, 'image')}, ${dimension} numbers each`);
  }
  if (!isLoopback(host)) process.stderr.write(EXPOSED);
}

const EXPOSED =
  'warning serve-exposed Other machines can search these images and see them: embeddings of faces are biometric data\n';
