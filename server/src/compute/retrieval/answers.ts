import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Failed } from '../../hub/failure.js';

/** Reads a body of at most so many megabytes; of a larger one no more than that is read. */
export async function readWithin(
  { body, headers }: Dispatcher.ResponseData,
  megabytes: number,
  tooLarge: Failed,
): Promise<Buffer> {
  const limit = megabytes * 2 ** 20;
  if (Number(headers['content-length'] ?? 0) > limit) throw discarded(body, tooLarge);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The failure, with its answer let go. */
export function discarded(body: Dispatcher.ResponseData['body'], failure: Failed): Failed {
  body.on('error', () => undefined).destroy();
  return failure;
}

export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** What a request may take: until the run is cancelled, and so many seconds. */
export function within(seconds: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(1000 * seconds)]);
}

/** Whether a request failed for want of time, for the network's sake, or by a bug. Who does not speak HTTP is no bug. */
export function reasonOf(error: unknown): 'slow' | 'network' | 'bug' {
  const { name, code } = error as NodeJS.ErrnoException;
  if (name === 'HTTPParserError') return 'network';
  if (name === 'TimeoutError' || /TIMEOUT|ETIMEDOUT/.test(String(code))) return 'slow';
  return typeof code === 'string' && !code.startsWith('ERR_INVALID') ? 'network' : 'bug';
}
