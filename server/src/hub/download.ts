import { mkdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import pRetry from 'p-retry';
import { refuseOthers } from './answer-problems.js';
import type { Answer, Connection } from './connection.js';
import { Failed, failureOf } from './failure.js';
import { PartFile } from './part-file.js';
import { whilePassing } from './retries.js';

export interface DownloadOptions {
  readonly connection: Connection;
  readonly hasToken: boolean;
  readonly signal: AbortSignal;
  /** How often a request that brought nothing is repeated. */
  readonly retries: number;
  /** Milliseconds before the first repetition; it doubles with each. */
  readonly pause: number;
  /** Bytes that are there and, where the server says so, bytes in all. */
  readonly onBytes: (done: number, total: number | undefined) => void;
}

/** A whole file that does not have its own name yet, and its SHA-256 where the hub says it. */
export interface Arrived {
  readonly part: PartFile;
  readonly announced?: string;
}

/**
 * Fetches a file into `target.part`, going on where an earlier attempt ended. A request that fails in passing is
 * repeated, at growing intervals; one that brought something does not count. Throws `Failed`.
 */
export async function download(url: URL, target: string, options: DownloadOptions): Promise<Arrived> {
  const { signal, retries, pause } = options;
  await mkdir(dirname(target), { recursive: true });
  const part = await PartFile.open(target);
  let before = part.size;
  return pRetry(() => attempt(url, part, options), {
    ...whilePassing({ retries, pause, signal }),
    shouldConsumeRetry() {
      const broughtNothing = part.size <= before;
      before = part.size;
      return broughtNothing;
    },
  });
}

async function attempt(url: URL, part: PartFile, options: DownloadOptions): Promise<Arrived> {
  try {
    const answer = await options.connection.get(url, part.headers);
    const total = await accept(answer, part, options.hasToken);
    await requireSpace(part, total);
    await part.append(answer.body, (size) => options.onBytes(size, total));
    requireWhole(url, part, total);
    return { part, announced: announcedDigest(answer) };
  } catch (error) {
    options.signal.throwIfAborted();
    throw failureOf(error, url.host);
  }
}

/** Settles where the body goes, and gives the size of the whole file where the server says it. */
async function accept(answer: Answer, part: PartFile, hasToken: boolean): Promise<number | undefined> {
  if (answer.status === 416) {
    await part.discard();
    throw new Failed('download-cut', `${answer.url.host} has less of the file than is here`, { passes: true });
  }
  refuseOthers(answer, hasToken);
  if (answer.status === 206) return rangeTotal(answer, part);
  await part.restart(answer.header('etag'));
  return number(answer.header('content-length'));
}

async function rangeTotal(answer: Answer, part: PartFile): Promise<number | undefined> {
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(answer.header('content-range') ?? '') ?? [];
  if (Number(from) === part.size) return number(total);
  await part.discard();
  throw new Failed('download-cut', `${answer.url.host} sends another part than was asked for`, { passes: true });
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

async function requireSpace(part: PartFile, total = 0): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(part.path));
  const [needed, free] = [total - part.size, bavail * bsize];
  if (needed <= free) return;
  const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  throw new Failed('disk-full', `${part.path} needs ${gigabytes(needed)}, and ${gigabytes(free)} are free`, {
    hint: 'Free some space, or choose another disk with --dir.',
  });
}

function requireWhole(url: URL, part: PartFile, total: number | undefined): void {
  if (total === undefined || part.size === total) return;
  throw new Failed('download-cut', `${url.host} announced ${total} bytes and sent ${part.size}`, { passes: true });
}

/** The hub names large files by their SHA-256. */
function announcedDigest(answer: Answer): string | undefined {
  return /^"?([0-9a-f]{64})"?$/.exec(answer.header('x-linked-etag') ?? '')?.[1];
}
