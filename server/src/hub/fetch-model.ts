import { dirname, join, posix } from 'node:path';
import type { EncoderFiles } from '../plugins/declare.js';
import { readModelHeader } from '../plugins/model-header.js';
import { fail, ok, type Result } from '../protocol/errors.js';
import { withLease } from '../store/cache/lease.js';
import { faultOf } from './checks.js';
import { Connection } from './connection.js';
import { download } from './download.js';
import { Failed, failureOf } from './failure.js';
import { digestOf, LockFile } from './lock-file.js';

/** Where models are published. */
export const HUB = new URL('https://huggingface.co');

export interface FetchOptions {
  /** `owner/name`. */
  readonly repository: string;
  /** Paths in the repository. */
  readonly files: readonly string[];
  /** The model's own folder. */
  readonly folder: string;
  readonly hub?: URL;
  /** A server that holds the same repositories; it is asked instead of the hub, without the token. */
  readonly mirror?: URL;
  readonly token?: string;
  readonly signal: AbortSignal;
  /** Called as bytes come, with the path in the repository. */
  readonly onProgress: (file: string, done: number, total: number | undefined) => void;
  /** Milliseconds without a sign of life after which a request is given up, and before it is first repeated. */
  readonly patience?: number;
  readonly pause?: number;
  readonly retries?: number;
}

/** What became of a file: it came, or it was there as it had come. */
export interface FetchedFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly wasThere: boolean;
}

/** The paths of an image encoder, its text encoder and the tokenizer, or of the first alone. */
export function filesToFetch({ image, text, tokenizer }: EncoderFiles, imageOnly: boolean): string[] {
  return imageOnly ? [image] : [image, text, tokenizer];
}

/**
 * Fetches a model's files, and those that they keep their weights in, into its folder. Each is checked before it gets its
 * name; its SHA-256 is written down the first time and must be the same ever after.
 */
export async function fetchModel(options: FetchOptions): Promise<Result<FetchedFile[]>> {
  const { hub = HUB, token, signal, patience = 30_000, folder } = options;
  const connection = new Connection({ hub, token, patience, signal });
  try {
    const lease = join(folder, 'fetch.lease');
    return ok(await withLease(lease, signal, async () => fetchAll(options, connection, await LockFile.open(folder))));
  } catch (error) {
    if (signal.aborted) return fail('cancelled', 'The download was cancelled', { hint: 'What has come is kept.' });
    const failure = failureOf(error, options.repository);
    if (failure instanceof Failed) return { ok: false, problem: failure.problem };
    throw failure;
  } finally {
    await connection.close();
  }
}

async function fetchAll(options: FetchOptions, connection: Connection, lock: LockFile): Promise<FetchedFile[]> {
  const fetched: FetchedFile[] = [];
  for (const file of options.files) {
    fetched.push(await fetchOne(file, options, connection, lock));
    for (const weights of weightsOf(file, options.folder)) {
      fetched.push(await fetchOne(weights, options, connection, lock));
    }
  }
  return fetched;
}

async function fetchOne(
  file: string,
  options: FetchOptions,
  connection: Connection,
  lock: LockFile,
): Promise<FetchedFile> {
  const target = join(options.folder, file);
  const locked = lock.get(file);
  if (locked && (await digestOf(target)) === locked.sha256) return { file, ...locked, wasThere: true };
  const url = addressOf(file, options);
  const { part, announced } = await download(url, target, { connection, ...transferOf(file, options) });
  const sha256 = (await digestOf(part.path)) as string;
  const fault = await faultOf(part.path, sha256, { file, announced, locked: locked?.sha256, lock: lock.path });
  if (fault) {
    await part.discard();
    throw fault;
  }
  await part.finish();
  await lock.record(file, { sha256, bytes: part.size, from: `${url.origin}${url.pathname}` });
  return { file, sha256, bytes: part.size, wasThere: false };
}

function transferOf(file: string, { token, signal, retries = 5, pause = 1000, onProgress }: FetchOptions) {
  const onBytes = (done: number, total: number | undefined) => onProgress(file, done, total);
  return { hasToken: token !== undefined, signal, retries, pause, onBytes };
}

function addressOf(file: string, { hub = HUB, mirror = hub, repository }: FetchOptions): URL {
  const path = `${repository}/resolve/main/${file}`.split('/').map(encodeURIComponent).join('/');
  return new URL(path, mirror.href.endsWith('/') ? mirror : `${mirror.href}/`);
}

/** Weights lie beside the model, under the names that it gives them. */
function weightsOf(file: string, folder: string): string[] {
  if (!file.endsWith('.onnx')) return [];
  const header = readModelHeader(join(folder, file));
  return header.ok ? header.value.externalData.map((name) => posix.join(dirname(file), name)) : [];
}
